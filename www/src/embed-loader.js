// For the page around: gives each frame of ours the height that it asks for. A classic script of less than 1 KB.

addEventListener('message', ({ data, source }) => {
  if (data?.type !== 'irql:height' || data.version !== 1) return;
  const { height } = data;
  if (!(height > 0 && height < 10000)) return;
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentWindow === source) frame.style.height = `${height}px`;
});
