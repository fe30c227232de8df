// What the build makes of imports that are not JavaScript.

/** The text of a scenario. */
declare module '*.irql' {
  const text: string;
  export default text;
}

/** Styles become part of the style sheet that is named after the entry point. */
declare module '*.css';
