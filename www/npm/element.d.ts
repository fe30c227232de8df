/** What is on show. */
export interface PlaygroundState {
  /** The name of a shipped scenario, unless its text has been changed. */
  scenario: string;
  source: string;
  /** The record on show, counted from 0. */
  n: number;
  /** Its time, in nanoseconds. */
  time: number;
  records: number;
  outcome: 'completed' | 'bugcheck' | 'deadlock' | 'assertion' | 'limit' | null;
  view: 'full' | 'flow' | 'ladder' | 'timeline' | 'log' | 'quiz';
  lang: string;
  theme: 'system' | 'light' | 'dark';
}

export interface StepDetail {
  n: number;
  time: number;
  kind: string;
  cpu: number;
  irql: number;
  rule: string;
  sentence: string;
}

export interface IrqlPlaygroundEvents {
  'irql-ready': CustomEvent<{ records: number }>;
  'irql-step': CustomEvent<StepDetail>;
  'irql-end': CustomEvent<{ outcome: PlaygroundState['outcome']; record: number; records: number }>;
  'irql-bugcheck': CustomEvent<{
    code: string;
    name: string;
    parameters: string[];
    names: string[];
    record: number;
  }>;
  'irql-answer': CustomEvent<{ n: number; chosen: number; answer: number; right: boolean }>;
  'irql-statechange': CustomEvent<PlaygroundState>;
}

export declare class IrqlPlayground extends HTMLElement {
  /** The scenario's text; setting it runs it. */
  code: string;
  readonly state: PlaygroundState;
  /** The simulated time on show, in nanoseconds; setting it goes there. */
  time: number;
  /** The model behind it, for the console and for tests; it may change in any version. `null` while nothing runs. */
  readonly playground: unknown;
  play(): Promise<void> | undefined;
  pause(): void;
  /** Negative goes back. */
  step(steps?: number): Promise<void> | undefined;
  /** Goes to a record (a number), a time ('12us') or a marker (its name). */
  seek(place: number | string): Promise<boolean>;
  /** The address of the whole playground at this very moment. */
  toURL(): Promise<string>;
  /** The picture of this moment. */
  toSVG(): Promise<string>;
  /** Opens the whole playground at this very moment, in a window of its own. */
  fork(): Promise<void>;
}

declare global {
  interface HTMLElementTagNameMap {
    'irql-playground': IrqlPlayground;
  }
  interface HTMLElementEventMap extends IrqlPlaygroundEvents {}
}
