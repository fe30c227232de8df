// The one owner of animation frames: however often something asks for a picture, there is one per frame.

/**
 * @param {(now: number) => void} draw
 * @returns {() => void} asks for a frame
 */
export function frameLoop(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame((now) => {
      asked = false;
      draw(now);
    });
  };
}
