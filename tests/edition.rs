//! The thesis as a thesis: references that must lead somewhere, numbers alike in print and on the web, citations with entries.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::PathBuf;
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a script with the Python of set-up, the chapters' tools at hand; a missing one is a failure, not a skip.
fn python(script: &str) {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "{} is missing: run `make setup`", python.display());
    let output = Command::new(&python)
        .args(["-c", &format!("{FOUND}\n{script}")])
        .current_dir(root())
        .env("PYTHONPATH", root().join("tools"))
        .output()
        .expect("a python that starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
}

/// A chapter made by hand: text, then a cell that shows a table, then one that shows a figure.
const FOUND: &str = r##"
import pathlib, re, sys, tempfile
from nbformat.v4 import new_notebook, new_code_cell, new_markdown_cell, new_output
import edition, manuscript, typeset
from snapshots import Failure

TYPST = '#table(columns: 2, "a", "b")'
TEXT = """# 1 First

*Asked?* As @corsi2009 and [@lee2008] say[^note], @eq:one, @fig:drawn, @tbl:shown, [chapter 2](02_second.ipynb).

[^note]: A note.

$$\\label{eq:one} a = b$$

## A section

$$c = d$$

Table: What is *shown*, by $x$. {#tbl:shown}"""

def shown(source, **data):
    outputs = [new_output('display_data', {key.replace('_', '/', 1).replace('typst', 'x-typst'): text for key, text in data.items()})]
    return new_code_cell(source, id=source.replace('.', '-').replace('()', ''), outputs=outputs)

def first(text=TEXT):
    reads = new_code_cell('reads', id='reads', outputs=[new_output('stream', name='stdout', text='the simulated market, 9 hours\n')])
    table = shown('table', text_plain='| a |', text_html='<div class="dvol"><table><tr><td>a</td></tr></table></div>', text_typst=TYPST)
    figure = shown('figure', text_plain='figure drawn: A line. And words.', text_html='<figure class="dvol-figure"><figcaption>A line.</figcaption></figure>')
    found = shown('x.finding()', text_plain='It is so.', text_html='<pre>It is so.</pre>', text_typst='#"It is so."')
    opening, section = text.split('## A section')
    return new_notebook(cells=[new_markdown_cell(opening), reads, new_markdown_cell('## A section' + section), table, figure, found])

def second(text='# 2 Second\n\nBack to [the first chapter](01_first.ipynb), @sec:first.'):
    return new_notebook(cells=[new_markdown_cell(text)])

def book(one=None, two=None):
    return manuscript.assemble([('01_first', one or first()), ('02_second', two or second())])

def refused(*words, **chapters):
    try:
        made = book(**chapters)
        manuscript.check_citations(made, pathlib.Path('docs/references.bib'))
    except Failure as failure:
        for word in words:
            assert word in str(failure), failure
    else:
        raise AssertionError(f'nothing said {words}')
"##;

#[test]
fn a_reference_to_nothing_a_wrong_number_and_a_missing_caption_end_the_build() {
    python(
        "
for label in ('@fig:nothing', '@tbl:nothing', '@eq:nothing', '@sec:nothing'):
    refused('02_second', label[1:], 'nothing', two=second(f'# 2 Second\\n\\nSee {label}.'))
refused('02_second', 'leads to no chapter', two=second('# 2 Second\\n\\n[chapter 9](09_none.ipynb)'))
refused('is chapter 1', two=second('# 2 Second\\n\\n[chapter 4](01_first.ipynb)'))
refused('nobody1900', two=second('# 2 Second\\n\\n[@nobody1900]'))
refused('01_first', 'without a caption', one=first(TEXT.split('Table:')[0]))
refused('ends without a label', one=first(TEXT.replace(' {#tbl:shown}', '')))
refused('no table follows', two=second('# 2 Second\\n\\nTable: Of nothing. {#tbl:none}'))
",
    );
}

#[test]
fn print_and_web_give_everything_the_same_number_and_print_is_the_same_twice() {
    python(
        "
made = book()
assert made.labels['eq:one'] == made.labels['fig:drawn'] == made.labels['tbl:shown'] == '1.1', made.labels
assert made.labels['sec:second'] == '2'
root = pathlib.Path(tempfile.mkdtemp())
(root / 'drawn.svg').write_text('<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"174mm\" height=\"90mm\"/>')
about, bibliography = typeset.cover(pathlib.Path('.')), pathlib.Path('docs/references.bib')
abstract, _ = edition.abstract(made, about)
assert 'It is so.' in abstract
def pdf(paper):
    return typeset.typeset(book(), about, bibliography, root, root / 'thesis.pdf', paper=paper, abstract=abstract).read_bytes()
once = pdf('a4')
assert once.startswith(b'%PDF') and once == pdf('a4') and once != pdf('letter')
page = edition.book.bind(made, about, root, bibliography, root)
text = page.read_text()
for part in ('Figure\\u00a01.1', 'Table\\u00a01.1', 'Equation\\u00a01.1', 'Corsi', 'href=\"#sec:second\"', '>(1.2)<'):
    assert part in text, part
",
    );
}

#[test]
fn every_link_of_the_web_leads_somewhere_on_every_page() {
    python(
        "
root = pathlib.Path(tempfile.mkdtemp())
edition.book.bind(book(), typeset.cover(pathlib.Path('.')), root, pathlib.Path('docs/references.bib'), root)
pages = {path: path.read_text() for path in [root / 'thesis.html', *(root / 'book').glob('*.html')]}
assert len(pages) == 5, pages.keys()
for path, text in pages.items():
    ids = re.findall(r' id=\"([^\"]+)\"', text)
    assert len(ids) == len(set(ids)), f'{path.name}: an id twice'
    for link in re.findall(r'href=\"([^\"]+)\"', text):
        if link.startswith('http'):
            continue
        name, _, label = link.partition('#')
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f'{path.name}: {link}'
        if label:
            assert f' id=\"{label}\"' in target.read_text(), f'{path.name}: {link}'
",
    );
}

#[test]
fn chapters_cite_what_they_name_and_documentation_names_what_has_an_entry() {
    python(
        r##"
NAMED = re.compile(r"([A-Z][\w'’-]+)(?:'s)?(?: et al\.)? \(((?:1[7-9]|20)\d\d)\)")
entries = {}
for entry in pathlib.Path('docs/references.bib').read_text().split('\n@')[1:]:
    authors, year = (re.search(field + r' = \{(.*)\}', entry).group(1) for field in ('author', 'year'))
    entries.setdefault(year, []).append(authors)
missing = set()
for path in [*pathlib.Path('crates').rglob('*.rs'), *pathlib.Path('src').rglob('*.rs')]:
    words = ' '.join(re.sub(r'^\s*//[/!] ?', '', line) for line in path.read_text().splitlines() if re.match(r'\s*//[/!]', line))
    for name, year in NAMED.findall(words.replace('`', '')):
        name = name.removesuffix("'s")
        if not any(name in authors for authors in entries.get(year, [])):
            missing.add(f'{path}: {name} ({year})')
assert not missing, sorted(missing)
import chapters
for path in chapters.paths(pathlib.Path('.')):
    for cell in chapters.cells(path):
        if cell['cell_type'] == 'markdown':
            typed = NAMED.search(chapters.text(cell))
            assert not typed, f'{path.name}: write [@key] for {typed.group(0)}'
"##,
    );
}
