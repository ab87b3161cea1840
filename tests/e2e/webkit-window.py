#!/usr/bin/python3
"""A WebKitGTK window that can be driven and keeps its data.

MiniBrowser, which WebKitWebDriver starts otherwise, forgets everything at its end: under automation it is ephemeral.
Takes the folder of its data; WebKitWebDriver connects by the address it puts into the environment.
"""
import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

folder = sys.argv[1]
data = WebKit2.WebsiteDataManager(
    base_data_directory=os.path.join(folder, "data"),
    base_cache_directory=os.path.join(folder, "cache"),
)
context = WebKit2.WebContext(website_data_manager=data)
data.get_cookie_manager().set_persistent_storage(
    os.path.join(folder, "cookies.sqlite"), WebKit2.CookiePersistentStorage.SQLITE
)
context.set_automation_allowed(True)

window = Gtk.Window(default_width=1280, default_height=900)
window.connect("destroy", Gtk.main_quit)
# Dropped by nobody but the window's end.
kept = []


def new_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    kept.append(view)
    window.add(view)
    window.show_all()
    return view


def started(_context, session):
    about = WebKit2.ApplicationInfo()
    about.set_name("Window")
    about.set_version(1, 0, 0)
    session.set_application_info(about)
    session.connect("create-web-view", new_view)
    kept.append(session)


context.connect("automation-started", started)
Gtk.main()
