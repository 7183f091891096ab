'use strict';

// Preloaded into Azurite (`node --require …`) by whoever starts it with its standard input connected to a pipe.
// The operating system closes that pipe when the parent ends, however it ends: Ctrl+C, a crash, kill -9. So no
// Azurite outlives its parent, keeps the ports and holds the data files open. Closing the pipe on purpose is also the
// one way to ask for an orderly stop that works on every platform: Windows has no SIGTERM.

// Ctrl+C in a terminal reaches Azurite as well as its parent. The parent decides when to stop: it may still be answering
// requests that need the storage. So Azurite's own handlers of that signal are taken away as they are added.
const ignore = () => {};
process.on('SIGINT', ignore);
process.on('newListener', (event, listener) => {
  if (event === 'SIGINT' && listener !== ignore) process.nextTick(() => process.removeListener('SIGINT', listener));
});

const DEADLINE_MS = 10_000;

let leaving = false;

function leave() {
  if (leaving) return;
  leaving = true;
  // Azurite saves its data on SIGTERM. Should that hang, an orphan would be worse than the loss of the last seconds.
  setTimeout(() => process.exit(1), DEADLINE_MS).unref();
  const handled = process.emit('SIGTERM', 'SIGTERM');
  if (!handled) process.exit(0); // Azurite was still starting: nothing to save.
}

process.stdin.on('end', leave);
process.stdin.on('close', leave);
process.stdin.on('error', leave);
process.stdin.resume();
// Watching must not keep an Azurite alive that has closed its servers for another reason.
process.stdin.unref?.();

// Ctrl+C in a terminal signals the children as well, at once. The parent decides instead: it may still need its storage
// for what it is finishing. So Azurite's own listener is removed as soon as it is added.
process.on('SIGINT', () => {});
process.on('newListener', (event, listener) => {
  if (event === 'SIGINT') setImmediate(() => process.removeListener('SIGINT', listener));
});
