"""Stands in for the module that Junos gives to event scripts: the XML of the
event comes out of the file that EVENT_XML names."""

import os
import xml.etree.ElementTree as ET

_form = os.environ.get("EVENT_FORM", "element")
_file = os.environ["EVENT_XML"]

if _form == "text":
    with open(_file) as f:
        Junos_Trigger_Event = f.read()
elif _form == "none":
    Junos_Trigger_Event = None
else:
    Junos_Trigger_Event = ET.parse(_file).getroot()
    if _form == "inner":  # trigger-event itself, not what is around it
        Junos_Trigger_Event = Junos_Trigger_Event.find("trigger-event")
Junos_Received_Events = None
Junos_Context = None
