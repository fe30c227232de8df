// The view that asks what happens next: the reader chooses, is told, and goes on. The page around hears of each answer.

import { html, nothing } from 'lit/html.js';
import { loadQuiz } from '../messages/index.js';
import { ask } from '../model/quiz.js';
import { richSentence } from './chip.js';
import { icon } from './icons.js';

/** @import { RecordView } from '../engine/protocol.js' */
/** @import { Playground } from '../model/playground.js' */
/** @import { Question } from '../model/quiz.js' */

export class Quiz {
  /** @type {Record<string, string>} */
  #words = {};
  #lang = '';
  /** What is asked, and the step and language that it is asked for. @type {Question | null} */
  #question = null;
  #asked = '';
  /** @type {RecordView | null} */
  #chosen = null;
  #score = { right: 0, all: 0 };

  /**
   * @param {Playground} pg
   * @param {() => void} changed
   */
  constructor(pg, changed) {
    this.pg = pg;
    this.changed = changed;
  }

  /** After each picture: the words in the reader's language, and the question of the step on show. */
  async update() {
    const { lang, run, shown } = this.pg.state;
    if (!run || !shown) return;
    const asked = `${run.session} ${shown.record.n} ${run.len} ${lang}`;
    if (this.#asked === asked) return;
    this.#asked = asked;
    const [words, question] = await Promise.all([
      this.#lang === lang ? this.#words : loadQuiz(lang),
      ask(this.pg, run.session, shown.record.n).catch(() => null), // another run has taken the place of this one
    ]);
    if (this.#asked !== asked) return;
    const same = question?.n === this.#question?.n && question?.session === this.#question?.session;
    if (!same) this.#chosen = null;
    if (question?.session !== this.#question?.session && question) this.#score = { right: 0, all: 0 };
    [this.#words, this.#lang, this.#question] = [words, lang, question];
    this.changed();
  }

  /** @param {RecordView} record */
  #choose(record) {
    const question = this.#question;
    if (!question || this.#chosen) return;
    this.#chosen = record;
    const right = record.n === question.answer.n;
    this.#score = { right: this.#score.right + Number(right), all: this.#score.all + 1 };
    this.pg.tellAnswer({ n: question.n, chosen: record.n, answer: question.answer.n, right });
    this.changed();
  }

  view() {
    const { pg } = this;
    const question = this.#question;
    const words = this.#words;
    if (!words['quiz.title']) return nothing;
    const { right, all } = this.#score;
    const score = words['quiz.score'].replace('{right}', String(right)).replace('{all}', String(all));
    if (!question)
      return html`<section class="panel quiz" part="quiz"><p>${words['quiz.over']} ${all ? score : ''}</p></section>`;
    const chosen = this.#chosen;
    const { answer } = question;
    const known = chosen !== null;
    const mark = (/** @type {RecordView} */ { n }) =>
      !known ? '' : n === answer.n ? 'right' : n === chosen.n ? 'wrong' : 'other';
    return html`<section class="panel quiz" part="quiz" aria-labelledby="quiz-title">
      <h2 id="quiz-title">${words['quiz.title']}</h2>
      <ol>${question.options.map(
        (
          record,
        ) => html`<li><button data-mark=${mark(record)} aria-disabled=${known} aria-pressed=${record.n === chosen?.n}
          @click=${() => this.#choose(record)}>${mark(record) === 'right' ? icon('tick') : mark(record) === 'wrong' ? icon('cross') : nothing}
          <span>${richSentence(pg, record)}</span></button></li>`,
      )}</ol>
      <div class="quiz-told" role="status">${known ? this.#told(chosen, answer, score) : nothing}</div>
    </section>`;
  }

  /**
   * @param {RecordView} chosen
   * @param {RecordView} answer
   * @param {string} score
   */
  #told(chosen, answer, score) {
    const { pg } = this;
    const { [`rule.${answer.rule}`]: gist = '' } = pg.state.messages;
    const words = this.#words;
    return html`<p><strong>${words[chosen.n === answer.n ? 'quiz.right' : 'quiz.wrong']}</strong>
        <span class="chip rule">${answer.rule}</span> ${gist}</p>
      <p>${score} <button class="primary" @click=${() => pg.goTo(answer.n, { byStep: true })}>${words['quiz.on']}</button></p>`;
  }
}
