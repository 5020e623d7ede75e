"""How a command line becomes a call: functions as commands, the options that several share, the group of verbs."""
