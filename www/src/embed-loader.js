// For the page around: gives each frame of ours the height that it asks for. A classic script of less than 1 KB.

const all = () => document.querySelectorAll('iframe');

addEventListener('message', ({ data, source }) => {
  if (data?.type !== 'irql:height' || data.version !== 1) return;
  const { height } = data;
  if (!(height > 0 && height < 10000)) return;
  for (const frame of all()) if (frame.contentWindow === source) frame.style.height = `${height}px`;
});

// A frame that was quicker says it once more; one that is not ours does not know the question.
for (const frame of all()) frame.contentWindow?.postMessage({ type: 'irql:hello', version: 1 }, '*');
