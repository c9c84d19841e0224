"""What a web server starts: the environment becomes settings, the settings an application."""

from hrd_cases.app import create_app

app = create_app()
