/**
 * @typedef {Node | string | number | null | false | undefined} Child
 * @typedef {Readonly<Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>>} Props
 */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element. Whatever is text stays text: nothing here ever reads markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} props attributes; a function is a listener for the event of its name
 * @param {readonly Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  assign(element, props);
  append(element, children);
  return element;
}

/**
 * @param {string} tag
 * @param {Props} props
 * @param {readonly Child[]} children
 * @returns {SVGElement}
 */
export function s(tag, props = {}, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  assign(element, props);
  append(element, children);
  return element;
}

/** @param {Element} element @param {Props} props */
function assign(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
}

/** @param {Element} element @param {readonly Child[]} children */
function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id @param {string} text */
export function say(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/** @type {WeakMap<Element, {key: string, signature: string}>} */
const known = new WeakMap();

/**
 * Makes the children of an element those of the items. What has not changed stays as it is, with its focus; of what is built
 * anew the part that had the focus (by its data-focus) gets it again.
 *
 * @template Item
 * @param {Element} parent
 * @param {readonly Item[]} items
 * @param {{key: (item: Item) => string, build: (item: Item) => Element, sees?: unknown}} how `sees`: what else decides how one
 *   looks
 */
export function keep(parent, items, { key, build, sees }) {
  const old = new Map([...parent.children].map((child) => [known.get(child)?.key ?? '', child]));
  const wanted = items.map((item) => {
    const signature = JSON.stringify([item, sees]);
    const name = `=${key(item)}`;
    const there = old.get(name);
    if (there !== undefined && known.get(there)?.signature === signature) return there;
    const made = build(item);
    known.set(made, { key: name, signature });
    if (there !== undefined) replace(there, made);
    return made;
  });
  for (const child of [...parent.children]) if (!wanted.includes(child)) child.remove();
  for (const [index, child] of wanted.entries())
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
}

/** @param {Element} old @param {Element} made */
function replace(old, made) {
  const focused = old.contains(document.activeElement)
    ? document.activeElement?.getAttribute('data-focus')
    : null;
  old.replaceWith(made);
  if (focused == null) return;
  const again = [made, ...made.querySelectorAll('[data-focus]')].find(
    (element) => element.getAttribute('data-focus') === focused,
  );
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}
