"""What a person names goes in; chunks of inputs come out (plan.py), and of a chunk its pictures (contents.py)."""
