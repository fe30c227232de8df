export interface Diagnostic {
  slug: string;
  severity: 'error' | 'warning' | 'info';
  from: number;
  to: number;
  line: number;
  message: Phrase;
}

/** What the engine says: a text, or a message by its key with what goes into its slots. */
export type Phrase = string | { key: string; slots: Phrase[] };

export interface RunRecord {
  n: number;
  /** Nanoseconds. */
  time: number;
  /** 255: none. */
  cpu: number;
  irql: number;
  kind: string;
  subject_name: string;
  rule: string;
  cause: number | null;
  line: number;
}

export interface Run {
  /** How many records there are. */
  readonly length: number;
  /** Of all records, in hexadecimal. */
  readonly fingerprint: string;
  readonly info: Record<string, unknown>;
  readonly outcome: {
    kind: 'completed' | 'bugcheck' | 'deadlock' | 'assertion' | 'limit';
    record: number;
  } | null;
  record(n: number): RunRecord;
  /** The machine right after a record. */
  state(n: number): Record<string, unknown>;
  records(): IterableIterator<RunRecord>;
  /** Gives its memory back. */
  free(): void;
}

export interface Engine {
  check(text: string): { ok: boolean; diagnostics: Diagnostic[] };
  /** The text in order; null when it has errors. */
  format(text: string): string | null;
  /** Throws when the text has errors. */
  run(text: string, options?: { seed?: number; records?: number }): Run;
  catalogue(): Record<string, unknown>;
}

export declare function loadEngine(): Promise<Engine>;
