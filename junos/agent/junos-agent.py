#!/usr/bin/env python3
"""junos-agent.py: tell foghorn what an event policy saw on this device.

An event script for Junos (Python 3, 21.2R1 or later); only the standard library
and what Junos itself gives to event scripts. eventd starts it once per event:

    junos-agent.py -url URL -secret SECRET [-timeout SECONDS] [-ca FILE]

It posts one JSON object, signed in the header Junos-Auth with HMAC-SHA-256 over
the very bytes of the body. It prints nothing. What goes wrong becomes one line in
the device's own log, without the secret. It ends within twice its timeout, come
what may, because only 15 event policies run at a time and one that hangs would
keep others from running.
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

# ssl and subprocess are loaded only when they are needed, and urllib.request not
# at all: on a small switch each costs a good part of a second, at every event.

VERSION = "1.1"
NAME = "junos-agent"
OPTIONS = ("url", "secret", "timeout", "ca")

DEFAULT_TIMEOUT = 4.0  # seconds for one attempt; there are two at most
SHORTEST, LONGEST = 1.0, 10.0
PAUSE = 0.5  # before the second attempt

MAX_TEXT = 16384  # characters of one value
MAX_ATTRIBUTES = 64
TOP = 4  # processes by CPU
MAX_NAME = 64  # characters of a process's name
MASK = "..."  # in place of the secret, wherever it turns up


def log(severity, text):
    """Write a line to the device's log. It never fails."""
    try:
        import jcs
        jcs.syslog("external." + severity, NAME + ": " + text)
    except Exception:
        pass


def arguments(argv):
    """Read -name value in any order.

    argparse would take a secret that begins with a dash for an option, and would
    print what it does not know, which may be a secret.
    """
    found = {}
    i = 0
    while i < len(argv):
        name = argv[i].lstrip("-")
        if argv[i].startswith("-") and name in OPTIONS and i + 1 < len(argv):
            value = argv[i + 1]
            if len(value) > 1 and value[0] == value[-1] == "'":
                value = value[1:-1]  # some releases leave the quotes on
            found[name] = value
            i += 2
        else:
            i += 1
    return found


def seconds(text):
    """The timeout in its bounds; the default for what is no number."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return DEFAULT_TIMEOUT
    if not SHORTEST <= value <= LONGEST:  # also NaN
        return min(max(value, SHORTEST), LONGEST) if value == value else DEFAULT_TIMEOUT
    return value


def local(tag):
    """A tag or attribute name without its namespace; comments have none."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def child(element, name):
    """The first child of that name, or None."""
    if element is None:
        return None
    for c in element:
        if local(c.tag) == name:
            return c
    return None


def text_of(element):
    """What an element says; None when it is missing or empty."""
    if element is None or element.text is None:
        return None
    return element.text.strip()[:MAX_TEXT] or None


def trigger_event():
    """The trigger-event element, wherever Junos put it; None when there is none."""
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
    """Seconds of the epoch where Junos tells them, else the time as written."""
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
    """The attributes of the message, by name."""
    found = {}
    listed = child(event, "attribute-list")
    for a in listed if listed is not None else ():
        name = text_of(child(a, "name"))
        if name is not None and len(found) < MAX_ATTRIBUTES:
            found[name] = text_of(child(a, "value"))
    return found


def top_processes(patience):
    """The busiest processes; an empty list when they cannot be had in time.

    Their names alone, and without this script and what it started: arguments
    hold secrets, this script's own among them.
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
            name = part[4].rstrip(":")  # some ps take comm for the whole command line
            if name.startswith("/"):
                name = os.path.basename(name)
            rows.append({"pid": str(int(part[0])), "user": part[2], "cpu": float(part[3]), "command": name[:MAX_NAME]})
        except (IndexError, ValueError):
            pass  # the heading, or a line that says something else
    rows.sort(key=lambda r: -r["cpu"])
    return rows[:TOP]


def payload(timeout):
    """What is posted. Elements that are missing are null; a message is always a
    text, because there are receivers that take it for one."""
    event = trigger_event()
    process = child(event, "process")
    name = text_of(child(event, "id"))
    detail = ""
    if name is not None and "RTPERF_CPU" in name:
        detail = top_processes(min(2.0, timeout / 2))
    return {
        # What every receiver of such posts knows, in the order they came up.
        "event": name,
        "process": text_of(child(process, "name")),
        "message": text_of(child(event, "message")) or "",
        # An event that a timer makes may not name the device it happened on.
        "hostname": text_of(child(event, "hostname")) or own_name(),
        "detail": detail,
        # What older ones ignore.
        "generation_time": generation_time(child(event, "generation-time")),
        "pid": text_of(child(process, "pid")),
        "facility": text_of(child(event, "facility")),
        "severity": text_of(child(event, "severity")),
        "attributes": attributes(event),
        "id": "%013d-%s" % (int(time.time() * 1000), os.urandom(8).hex()),
        "agent_version": VERSION,
    }


def own_name():
    """The device's own name."""
    try:
        return socket.gethostname() or None
    except OSError:
        return None


def connect(url, ca, patience):
    """A connection to the host of the URL, straight: no proxy is asked for."""
    if url.scheme != "https":
        return http.client.HTTPConnection(url.hostname, url.port, timeout=patience)
    import ssl
    context = ssl.create_default_context(cafile=ca)
    return http.client.HTTPSConnection(url.hostname, url.port, timeout=patience, context=context)


def post(url, headers, body, ca, patience):
    """Make one attempt. Returns what went wrong, and whether trying again can help.

    A redirect is not followed: it is a wrong URL, and not an answer.
    """
    connection = None
    try:
        connection = connect(url, ca, patience)
        target = (url.path or "/") + ("?" + url.query if url.query else "")
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        said = answer.read(1024)
    except ValueError as e:  # also a certificate that does not fit
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
    """Post, once more if it fails. Returns None, or what went wrong."""
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
    """End the script when it takes too long where no timeout reaches, such as DNS."""
    def give_up():
        log("error", "gave up after %.0f s: no answer (name resolution, or routing?)" % (2 * timeout))
        os._exit(1)
    watchdog = threading.Timer(2 * timeout, give_up)
    watchdog.daemon = True
    watchdog.start()


def masked(value, secret):
    """The value without the secret in any text of it, whoever put it there: a
    device logs the commands that people type, its configuration among them.
    """
    if isinstance(value, str):
        # As it is, and as a configuration writes it between quotation marks.
        for form in (secret, secret.replace("\\", "\\\\").replace('"', '\\"')):
            value = value.replace(form, MASK)
        return value
    if isinstance(value, list):
        return [masked(v, secret) for v in value]
    if isinstance(value, dict):
        return {masked(k, secret): masked(v, secret) for k, v in value.items()}
    return value


def without_secret(told, secret):
    """What is posted, without the secret. What the agent itself makes stays, and
    so does the id: a secret of three letters must not hide what happened.
    """
    own = ("event", "generation_time", "id", "agent_version")
    return {k: v if k in own else masked(v, secret) for k, v in told.items()}


def clean(text, secret):
    """One short line without the secret."""
    text = " ".join(masked(str(text), secret).split())
    return "".join(c if c.isprintable() else "?" for c in text)[:400]


def main(argv):
    """Returns the exit code."""
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
    except Exception as e:  # nothing may end in a traceback: it would print arguments
        why = e.__class__.__name__ + ": " + str(e)
    if why is not None:
        log("error", clean("%s not delivered: %s" % (what, why), secret))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
