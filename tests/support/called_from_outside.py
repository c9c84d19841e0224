# ruff: noqa: B018  # each line only names what is used elsewhere
"""Names that no line of ours uses and that are not dead: vulture reads them here. Every line says who uses them."""

_ = object()

# --- libraries that read what we set ---
_.Resources, _.Lang, _.ViewerPreferences, _.PageMode, _.Info, _.Border  # PDF: keys of a document and of its pages
_.stream_dict, _.BBox, _.Subtype, _.Type, _.AS  # PDF: keys of a drawn form value
_.page_height, _.page_width, _.left_margin, _.right_margin, _.bottom_margin, _.top_margin  # python-docx: the sheet
_.space_after, _.space_before, _.alignment, _.first_line_indent, _.left_indent  # python-docx: a paragraph
_.line_spacing, _.bold, _.keep_with_next, _.rgb  # python-docx: a style
_.comments, _.keywords, _.last_modified_by, _.modified  # python-docx: emptied properties of the file
_.buffer_text, _.StartDoctypeDeclHandler, _.StartElementHandler, _.EndElementHandler, _.CharacterDataHandler  # expat
_.LOAD_TRUNCATED_IMAGES, _.MAX_IMAGE_PIXELS  # Pillow: bounds of the whole module
_.undefined, _.lstrip_blocks, _.trim_blocks  # Jinja: the environment of the pages
_.statement_compiler, _.get_from_hint_text  # SQLAlchemy: the compiler of an engine's statements
_.isolation_level  # sqlite3: the driver begins no transaction by itself
_.max_content_length, _.max_form_memory_size, _.total_content_length  # Werkzeug: bounds and lengths
_.session_protection, _.session_interface, _.request_class  # Flask and Flask-Login: what is put in their place
_.same_sending  # Flask's g: read by name, with g.get("same_sending")

# --- called by libraries ---
_.fetch  # WeasyPrint: asks for every address, and is refused
_.handle_starttag, _.handle_endtag, _.handle_data, _.handle_entityref, _.handle_charref  # html.parser
_.handle_decl, _.handle_comment  # html.parser
_.open_session, _.save_session, _.is_anonymous, _.is_active, _.get_id  # Flask and Flask-Login
_._get_file_stream  # Werkzeug: where a file that arrives is written
_.Worker, _._securing, _._arm_keepalive_timer  # gunicorn: web/door/connections.py is started by its name
_.command_class, _.list_commands, _.format_commands, _.get_command, _.n_steps  # click
_.down_revision, _.branch_labels, _.depends_on  # Alembic: the head of a migration

# --- read by value or by a tool ---
_.DENIED, _.PARTLY, _.ADMITTED  # Stance("denied"): what a form or a sealed record says
_.OF_CLICK, _.PUT_TOGETHER  # ./run words: sentences that click, and the log, ask for by their text
_.order_signature  # a declared field of a statement: the codec writes and reads it
_.label_marks  # every entry of the data says it; the tests of the lists hold that
_.CHEAP_FOR_TESTS  # tests, benchmarks and the pictures of the manual
_.classification  # docs/data-inventory.md is made of it
_.__call__  # what a service is handed to tell its progress by: called as a function
_.bytecode_cache, _.load_bytecode, _.dump_bytecode  # Jinja asks its cache
_.jinja_environment, _.context_class  # Flask and Jinja ask how templates are called
_.do_begin  # SQLAlchemy begins by it
