/**
 * The page's script: filters, pictures, links to a result. It only reads the inlined data and shows or hides what is
 * there; it never writes markup.
 */
export const SCRIPT = `
'use strict';
(() => {
  const form = document.getElementById('filter');
  const cards = [...document.querySelectorAll('.card')];
  const results = JSON.parse(document.getElementById('data').textContent).results;
  for (const image of document.querySelectorAll('img[data-picture]')) {
    const pictures = results[Number(image.dataset.result)]?.pictures;
    const source = pictures?.[image.dataset.picture];
    if (typeof source === 'string' && source.startsWith('data:image/')) image.src = source;
  }
  const openTarget = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const card = cards.find((one) => one.id === id);
    if (!card) return;
    card.hidden = false;
    card.querySelector('details').open = true;
    card.scrollIntoView();
  };
  addEventListener('hashchange', openTarget);
  addEventListener('beforeprint', () => setAll(true));
  const setAll = (open) => {
    for (const card of cards) if (!card.hidden) card.querySelector('details').open = open;
  };
  if (form) {
    const update = () => {
      const wanted = new Set([...form.elements.status instanceof RadioNodeList ? form.elements.status : [form.elements.status]].filter((box) => box.checked).map((box) => box.value));
      const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let shown = 0;
      for (const card of cards) {
        card.hidden = !wanted.has(card.dataset.status) || !words.every((word) => card.dataset.text.includes(word));
        if (!card.hidden) shown += 1;
      }
      document.getElementById('nothing').hidden = shown > 0;
    };
    form.hidden = false;
    form.addEventListener('input', update);
    form.addEventListener('submit', (event) => event.preventDefault());
    document.getElementById('open').addEventListener('click', () => setAll(true));
    document.getElementById('close').addEventListener('click', () => setAll(false));
    update();
  }
  openTarget();
})();
`
