/** @import { Pool, Session } from './types.ts' */
import { byId, h, keep } from './dom.js';
import { time } from './format.js';
import { obey, orderButton } from './orders.js';

/** Whether nothing is done with the pool that is chosen, by whose order, and how that changes. @param {Pool | undefined} pool @param {Session} session */
export function showPause(pool, session) {
  const shown = pool === undefined ? [] : [facts(pool)].filter((one) => one.paused || session.actions);
  keep(byId('pause'), shown, {
    key: ({ type }) => type,
    build: (one) => (one.paused ? paused(one, session) : pauseForm(one)),
    sees: session.actions,
  });
}

/** @typedef {Pick<Pool, 'type' | 'paused' | 'pause' | 'pausedByConfig'>} Facts */

/** What is typed stays while members come and go. @param {Pool} pool @returns {Facts} */
const facts = ({ type, paused, pause, pausedByConfig }) => ({ type, paused, pause, pausedByConfig });

/** @param {Facts} facts @param {Session} session */
function paused({ type, pause, pausedByConfig }, session) {
  return h(
    'div',
    { class: 'order' },
    session.actions &&
      pause !== null &&
      !pausedByConfig &&
      orderButton({ order: 'resume', type }, `Resume ${type}`, `Resume ${type}`),
    h(
      'span',
      { class: 'quiet' },
      ...(pause === null
        ? ['Paused by its config.']
        : [`Paused by ${pause.by} `, time(pause.at), pause.reason === '' ? '' : `: ${pause.reason}`]),
      pause !== null && pausedByConfig && ' And by its config.',
    ),
  );
}

/** @param {Facts} facts */
function pauseForm({ type }) {
  return h(
    'form',
    {
      class: 'order',
      submit: (event) => {
        event.preventDefault();
        const reason = /** @type {HTMLInputElement} */ (byId('pause-reason')).value.trim();
        void obey({ order: 'pause', type, reason }, event instanceof SubmitEvent ? event.submitter : null);
      },
    },
    h(
      'button',
      {
        class: 'button',
        'data-focus': 'pause',
        title: 'What is under way ends, and nothing new begins; users take and give back as before.',
      },
      `Pause ${type}`,
    ),
    h(
      'label',
      { class: 'wide' },
      'because ',
      h('input', { id: 'pause-reason', 'data-focus': 'reason', maxlength: '500', autocomplete: 'off' }),
    ),
  );
}
