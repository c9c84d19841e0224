"""What a web server starts: the environment becomes settings, the settings an application behind its door."""

import atexit

from hrd_cases.app import create_app, door_of, goes

app = create_app()
door = door_of(app)
atexit.register(goes, app)
