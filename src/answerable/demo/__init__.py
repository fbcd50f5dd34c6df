"""A small, realistic repository to try every command on: people, two agents, an incident."""
