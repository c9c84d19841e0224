"""What k custodians with their cards can give back, away from the server and on it. Begin with requests.py."""
