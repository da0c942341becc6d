#!/usr/bin/env python3
"""junos-agent.py: post the event of an event policy to foghorn.

An event script for Junos (Python 3, 21.2R1 or later). It needs only the standard
library and the modules that Junos provides. eventd runs it once per event:

    junos-agent.py -url URL -secret SECRET [-timeout SECONDS] [-ca FILE]

It posts one JSON object. The header Junos-Auth has the HMAC-SHA-256 of the body's
bytes. It prints nothing, and logs an error as one line in the device's log,
without the secret. It always ends within twice its timeout: Junos runs at most 15
event policies at a time, and a script that hangs would block others.
"""

import hashlib
import hmac
import http.client
import json
import os
import socket
import sys
import threading
import time
import urllib.parse

# Import ssl and subprocess only when needed, and urllib.request not at all: on a
# small switch each import takes a good part of a second, for every event.

VERSION = "1.1"
NAME = "junos-agent"
OPTIONS = ("url", "secret", "timeout", "ca")

DEFAULT_TIMEOUT = 4.0  # seconds for one attempt, of at most two
SHORTEST, LONGEST = 1.0, 10.0
PAUSE = 0.5  # before the second attempt

MAX_TEXT = 16384  # characters of one value
MAX_ATTRIBUTES = 64
TOP = 4  # processes by CPU
MAX_NAME = 64  # characters of a process's name
MASK = "..."  # replaces the secret everywhere


def log(severity, text):
    """Write a line to the device's log. Never raises."""
    try:
        import jcs
        jcs.syslog("external." + severity, NAME + ": " + text)
    except Exception:
        pass


def arguments(argv):
    """Parse "-name value" pairs in any order.
    
    argparse would treat a secret that begins with a dash as an option, and would
    print unknown arguments, which may be a secret.
    """
    found = {}
    i = 0
    while i < len(argv):
        name = argv[i].lstrip("-")
        if argv[i].startswith("-") and name in OPTIONS and i + 1 < len(argv):
            value = argv[i + 1]
            if len(value) > 1 and value[0] == value[-1] == "'":
                value = value[1:-1]  # some releases keep the quotes
            found[name] = value
            i += 2
        else:
            i += 1
    return found


def seconds(text):
    """Return the timeout within its limits; the default for anything but a number."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return DEFAULT_TIMEOUT
    if not SHORTEST <= value <= LONGEST:  # also NaN
        return min(max(value, SHORTEST), LONGEST) if value == value else DEFAULT_TIMEOUT
    return value


def local(tag):
    """Return a tag or attribute name without its namespace; "" for comments."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def child(element, name):
    """Return the first child with this name, or None."""
    if element is None:
        return None
    for c in element:
        if local(c.tag) == name:
            return c
    return None


def text_of(element):
    """Return an element's text; None if it is missing or empty."""
    if element is None or element.text is None:
        return None
    return element.text.strip()[:MAX_TEXT] or None


def trigger_event():
    """Return the trigger-event element, at whatever level it is; None without one."""
    try:
        from junos import Junos_Trigger_Event as given
    except Exception:
        return None
    if isinstance(given, (str, bytes)):
        import xml.etree.ElementTree
        given = xml.etree.ElementTree.fromstring(given)
    if given is None:
        return None
    for element in given.iter():
        if local(element.tag) == "trigger-event":
            return element
    return given


def generation_time(element):
    """Return epoch seconds if Junos gives them, or else the time as text."""
    if element is None:
        return None
    for name, value in element.attrib.items():
        if local(name).split(":")[-1] == "seconds":
            try:
                return int(value)
            except ValueError:
                break
    return text_of(element)


def attributes(event):
    """Return the message's attributes by name."""
    found = {}
    listed = child(event, "attribute-list")
    for a in listed if listed is not None else ():
        name = text_of(child(a, "name"))
        if name is not None and len(found) < MAX_ATTRIBUTES:
            found[name] = text_of(child(a, "value"))
    return found


def top_processes(patience):
    """Return the busiest processes; an empty list on an error or timeout.
    
    Send only their names, because arguments may contain secrets, and leave out
    this script and its own child.
    """
    env = {"PATH": os.environ.get("PATH", "") + ":/bin:/usr/bin", "LC_ALL": "C"}
    command = ["ps", "-ax", "-o", "pid", "-o", "ppid", "-o", "user", "-o", "pcpu", "-o", "comm"]
    try:
        import subprocess
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=patience)
    except Exception:
        return []
    own = os.getpid()
    rows = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        part = line.split()
        try:
            if own in (int(part[0]), int(part[1])):
                continue
            name = part[4].rstrip(":")  # some versions of ps print the whole command line for comm
            if name.startswith("/"):
                name = os.path.basename(name)
            rows.append({"pid": str(int(part[0])), "user": part[2], "cpu": float(part[3]), "command": name[:MAX_NAME]})
        except (IndexError, ValueError):
            pass  # the heading, or some other line
    rows.sort(key=lambda r: -r["cpu"])
    return rows[:TOP]


def payload(timeout):
    """Return the object to post. Missing elements are null, but the message is
    always a string, because some receivers require one."""
    event = trigger_event()
    process = child(event, "process")
    name = text_of(child(event, "id"))
    detail = ""
    if name is not None and "RTPERF_CPU" in name:
        detail = top_processes(min(2.0, timeout / 2))
    return {
        # Known to every receiver of such posts, in historical order.
        "event": name,
        "process": text_of(child(process, "name")),
        "message": text_of(child(event, "message")) or "",
        # A timer's event may lack the device's name.
        "hostname": text_of(child(event, "hostname")) or own_name(),
        "detail": detail,
        # Ignored by older receivers.
        "generation_time": generation_time(child(event, "generation-time")),
        "pid": text_of(child(process, "pid")),
        "facility": text_of(child(event, "facility")),
        "severity": text_of(child(event, "severity")),
        "attributes": attributes(event),
        "id": "%013d-%s" % (int(time.time() * 1000), os.urandom(8).hex()),
        "agent_version": VERSION,
    }


def own_name():
    """Return the device's host name."""
    try:
        return socket.gethostname() or None
    except OSError:
        return None


def connect(url, ca, patience):
    """Return a direct connection to the URL's host, without any proxy."""
    if url.scheme != "https":
        return http.client.HTTPConnection(url.hostname, url.port, timeout=patience)
    import ssl
    context = ssl.create_default_context(cafile=ca)
    return http.client.HTTPSConnection(url.hostname, url.port, timeout=patience, context=context)


def post(url, headers, body, ca, patience):
    """Make one attempt. Return the error or None, and whether a retry can help.
    
    It does not follow a redirect: that means a wrong URL.
    """
    connection = None
    try:
        connection = connect(url, ca, patience)
        target = (url.path or "/") + ("?" + url.query if url.query else "")
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        said = answer.read(1024)
    except ValueError as e:  # also an invalid certificate
        return str(e), False
    except FileNotFoundError as e:
        return "certificate authority: %s: %s" % (e.strerror, ca), False
    except Exception as e:
        return "%s: %s" % (e.__class__.__name__, e), True
    finally:
        if connection is not None:
            connection.close()
    if 200 <= answer.status < 300:
        return None, False
    why = "HTTP %d" % answer.status
    try:
        why += " " + json.loads(said.decode("utf-8"))["error"][:200]
    except Exception:
        pass
    return why, answer.status >= 500 or answer.status == 429


def send(url, secret, body, ca, timeout):
    """Post, with one retry. Return the error or None."""
    end = time.monotonic() + 2 * timeout - PAUSE
    url = urllib.parse.urlsplit(url)
    headers = {
        "Content-type": "application/json",
        "User-Agent": NAME + "/" + VERSION,
        "Junos-Auth": hmac.new(secret.encode("utf-8", "surrogateescape"), body, hashlib.sha256).hexdigest(),
    }
    why, again = post(url, headers, body, ca, timeout)
    if why is None or not again:
        return why
    time.sleep(PAUSE)
    left = end - time.monotonic()
    if left > 0.2:
        why, _ = post(url, headers, body, ca, min(timeout, left))
    return why


def watch(timeout):
    """End the script if it hangs where no timeout applies, such as in DNS."""
    def give_up():
        log("error", "gave up after %.0f s: no answer (name resolution, or routing?)" % (2 * timeout))
        os._exit(1)
    watchdog = threading.Timer(2 * timeout, give_up)
    watchdog.daemon = True
    watchdog.start()


def masked(value, secret):
    """Return the value with the secret masked in all of its strings. A device logs
    the commands that people type, including the one that configures the secret.
    """
    if isinstance(value, str):
        # Plain, and escaped as in a quoted string of the configuration.
        for form in (secret, secret.replace("\\", "\\\\").replace('"', '\\"')):
            value = value.replace(form, MASK)
        return value
    if isinstance(value, list):
        return [masked(v, secret) for v in value]
    if isinstance(value, dict):
        return {masked(k, secret): masked(v, secret) for k, v in value.items()}
    return value


def without_secret(told, secret):
    """Return the object to post with the secret masked. Keep the agent's own
    fields and the event id: a secret of three letters must not hide the event.
    """
    own = ("event", "generation_time", "id", "agent_version")
    return {k: v if k in own else masked(v, secret) for k, v in told.items()}


def clean(text, secret):
    """Return one short line without the secret."""
    text = " ".join(masked(str(text), secret).split())
    return "".join(c if c.isprintable() else "?" for c in text)[:400]


def main(argv):
    """Run the script and return the exit code."""
    found = arguments(argv)
    url, secret, timeout = found.get("url", ""), found.get("secret", ""), seconds(found.get("timeout"))
    watch(timeout)
    what = "event"
    try:
        if not url.startswith(("http://", "https://")):
            log("error", "no -url argument that begins with http:// or https://: nothing sent")
            return 2
        if not secret:
            log("error", "no -secret argument: nothing sent")
            return 2
        told = without_secret(payload(timeout), secret)
        what = told["event"] or "event without an id"
        if told["event"] is None:
            log("error", "started without a trigger event: nothing sent")
            return 2
        why = send(url, secret, json.dumps(told).encode("utf-8"), found.get("ca"), timeout)
    except Exception as e:  # a traceback would print the arguments
        why = e.__class__.__name__ + ": " + str(e)
    if why is not None:
        log("error", clean("%s not delivered: %s" % (what, why), secret))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
