"""A mail server on loopback that takes what it is sent, or refuses as the test says."""

import base64
import email.message
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What arrived. refuses: the answer to every recipient instead of 250, or None."""

    port: int = 0
    host: str = "127.0.0.1"
    mails: list[email.message.EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuses: str | None = None


@contextmanager
def mail_server(host: str = "127.0.0.1") -> Iterator[MailServer]:
    """Serve until the block ends."""
    state = MailServer(host=host)

    class Session(socketserver.StreamRequestHandler):
        timeout = 10

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 mail.example ready")
            for raw in self.rfile:
                line = raw.decode("ascii").strip()
                match line.upper().split()[:1]:
                    case ["EHLO"]:
                        self.say("250-mail.example")
                        self.say("250 AUTH PLAIN")
                    case ["AUTH"]:
                        state.logins.append(base64.b64decode(line.split()[2]).decode())
                        self.say("235 welcome")
                    case ["RCPT"] if state.refuses:
                        self.say(state.refuses)
                    case ["RCPT"]:
                        state.recipients.append(line.partition(":")[2])
                        self.say("250 ok")
                    case ["DATA"]:
                        self.say("354 go on")
                        self.take()
                        self.say("250 taken")
                    case ["QUIT"]:
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 ok")

        def take(self) -> None:
            content = b""
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                content += line.removeprefix(b".") if line.startswith(b"..") else line
            mail = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(mail, email.message.EmailMessage)
            state.mails.append(mail)

    with socketserver.ThreadingTCPServer((host, 0), Session) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
