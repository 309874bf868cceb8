(() => {
  const root = document.documentElement, shade = document.getElementById('shade');
  const dark = chosen => {
    root.dataset.shade = chosen ? 'dark' : 'light';
    shade.textContent = chosen ? 'Light' : 'Dark';
  };
  const kept = () => { try { return localStorage.getItem('shade'); } catch { return null; } };
  dark(kept() ? kept() === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
  shade.addEventListener('click', () => {
    dark(root.dataset.shade !== 'dark');
    try { localStorage.setItem('shade', root.dataset.shade); } catch { /* a page from a file may keep nothing */ }
  });

  const field = document.getElementById('find'), list = document.getElementById('found');
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.hidden = words.length === 0;
    list.replaceChildren();
    if (!words.length) return;
    const hits = SECTIONS.filter(one => words.every(word => one.text.toLowerCase().includes(word))).slice(0, 20);
    for (const one of hits) {
      const item = document.createElement('li'), link = document.createElement('a'), where = document.createElement('small');
      link.href = (ALONE ? '' : one.page + '.html') + '#' + one.id;
      link.textContent = one.title;
      const at = Math.max(0, one.text.toLowerCase().indexOf(words[0]) - 40);
      where.textContent = '… ' + one.text.slice(at, at + 110) + ' …';
      item.append(link, where);
      list.append(item);
    }
    if (!hits.length) list.append(Object.assign(document.createElement('li'), { textContent: 'nothing found' }));
  });
})();
