"""Stands in for the module that Junos gives to event scripts: the device's log
is the file that DEVICE_LOG names."""

import os


def syslog(priority, text):
    with open(os.environ["DEVICE_LOG"], "a") as f:
        f.write(priority + " " + text + "\n")
