"""The routes: what a request says, and what it is answered."""
