// The words of the help dialog.

/** @type {Record<string, string>} */
export const words = {
  'help.title': 'Keys',
  'help.note': 'The keys work wherever you are not writing. Escape leaves the editor.',
  'help.play': 'Play or pause',
  'help.step': 'One step back, one step on',
  'help.jump': 'The previous or next important step',
  'help.ends': 'To the start, to the end',
  'help.speed': 'Slower, faster',
  'help.pace': 'Step by step, or true to time',
  'help.cause': 'To the cause, to the effect',
  'help.zoom': 'Zoom and move the timeline',
  'help.fit': 'The whole run in the timeline',
  'help.panels': 'Flow, Timeline, Code, Log, Statistics, Inspect',
  'help.share': 'Share, save, open a file',
  'help.help': 'This list',
  'help.escape': 'Leave the editor, close a dialog',
  'help.format': 'Format the text',
  'help.legend': 'Signs',
  'legend.thread': 'Thread: plain',
  'legend.isr': 'ISR: solid, with a notch',
  'legend.dpc': 'DPC: rounded',
  'legend.kernelApc': 'Kernel APC: tab on top',
  'legend.userApc': 'User APC: tab, outlined',
  'legend.spin': 'Spinning or blocked: hatched',
  'term.IRQL':
    'Interrupt request level: how urgent the code is that a processor runs. Whatever is not above it has to wait.',
  'term.ISR': 'Interrupt service routine: what runs at once when a device interrupts. It must be short.',
  'term.DPC':
    'Deferred procedure call: work that an ISR puts off until the IRQL falls to 2. It belongs to a processor.',
  'term.APC': 'Asynchronous procedure call: work that one certain thread has to do, in its own context.',
};
