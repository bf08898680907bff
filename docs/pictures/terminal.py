"""A small terminal: what a program wrote becomes lines of coloured cells, and these an SVG. Knows what a summary and a
progress bar use (colours, carriage return, cursor movement, erasing), not more."""

import re
import unicodedata
from html import escape

PALETTE = {
    30: "#1b1f27", 31: "#f47067", 32: "#6bc46d", 33: "#dcb45c", 34: "#6cb6ff", 35: "#dcbdfb", 36: "#56d4dd", 37: "#cdd9e5",
    90: "#768390", 91: "#ff938a", 92: "#8ddb8c", 93: "#f0c674", 94: "#96d0ff", 95: "#eedcff", 96: "#76e3ea", 97: "#ffffff",
}
INK, PAPER, BAR = "#cdd9e5", "#1c2128", "#2d333b"
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\r\n\b]|[^\x1b\r\n\b]+", re.S)


class Screen:
    def __init__(self):
        self.rows, self.row, self.column = [[]], 0, 0
        self.style = (INK, False, False)

    def feed(self, text):
        for match in TOKEN.finditer(text):
            piece, arguments, command = match.group(0), match.group(1), match.group(2)
            if command:
                self._command(command, [int(n) if n.isdigit() else 0 for n in arguments.split(";")])
            elif piece == "\r":
                self.column = 0
            elif piece == "\n":
                self._down(1)
            elif piece == "\b":
                self.column = max(0, self.column - 1)
            elif not piece.startswith("\x1b"):
                for letter in piece:
                    self._put(letter)

    def _down(self, count):
        self.row += count
        while self.row >= len(self.rows):
            self.rows.append([])

    def _put(self, letter):
        if unicodedata.combining(letter):
            return
        line = self.rows[self.row]
        line.extend([(" ", (INK, False, False))] * (self.column + 1 - len(line)))
        line[self.column] = (letter, self.style)
        self.column += 1

    def _command(self, command, numbers):
        count = max(1, numbers[0])
        if command == "A":
            self.row = max(0, self.row - count)
        elif command == "B":
            self._down(count)
        elif command == "C":
            self.column += count
        elif command == "D":
            self.column = max(0, self.column - count)
        elif command == "G":
            self.column = count - 1
        elif command == "K":
            line = self.rows[self.row]
            if numbers[0] == 0:
                del line[self.column:]
            elif numbers[0] == 2:
                line.clear()
        elif command == "J" and numbers[0] == 0:
            del self.rows[self.row][self.column:]
            del self.rows[self.row + 1:]
        elif command == "m":
            self._colour(numbers)

    def _colour(self, numbers):
        ink, bold, dim = self.style
        for number in numbers:
            if number == 0:
                ink, bold, dim = INK, False, False
            elif number == 1:
                bold = True
            elif number == 2:
                dim = True
            elif number == 22:
                bold = dim = False
            elif number == 39:
                ink = INK
            elif number in PALETTE:
                ink = PALETTE[number]
        self.style = (ink, bold, dim)

    def lines(self):
        """The lines as runs of text in one style, empty ones at the end left out."""
        lines = []
        for row in self.rows:
            runs = []
            for letter, style in row:
                if runs and runs[-1][1] == style:
                    runs[-1][0] += letter
                else:
                    runs.append([letter, style])
            lines.append(runs)
        while lines and not "".join(text for text, _ in lines[-1]).strip():
            lines.pop()
        return lines


def svg(lines, title, columns):
    """A window with these lines; text stays text, so it can be searched, copied and read aloud."""
    width_of, height_of, margin, bar = 8.4, 19, 16, 34
    width = columns * width_of + 2 * margin
    height = len(lines) * height_of + bar + 2 * margin - 6
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
        f'<path d="M0 {bar}V8a8 8 0 0 1 8-8h{width - 16:.0f}a8 8 0 0 1 8 8v{bar - 8}z" fill="{BAR}"/>',
    ]
    out += [f'<circle cx="{18 + 18 * n}" cy="17" r="5.5" fill="{c}"/>' for n, c in enumerate(("#f47067", "#dcb45c", "#6bc46d"))]
    out.append('<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14" style="white-space:pre">')
    for number, runs in enumerate(lines):
        y = bar + margin + number * height_of + 10
        x = margin
        for text, (ink, bold, dim) in runs:
            if text.strip():
                weight = ' font-weight="bold"' if bold else ""
                faint = ' opacity=".6"' if dim else ""
                # The width is set, so that columns stand in line whatever font the reader has.
                word = text.strip()
                start = x + (len(text) - len(text.lstrip())) * width_of
                length = f' textLength="{len(word) * width_of:.1f}" lengthAdjust="spacingAndGlyphs"'
                out.append(f'<text x="{start:.1f}" y="{y}" fill="{ink}"{weight}{faint}{length}>{escape(word)}</text>')
            x += len(text) * width_of
    out.append("</g></svg>\n")
    return "\n".join(out)
