// What the build makes of imports that are not JavaScript.

/** The text of a scenario. */
declare module '*.irql' {
  const text: string;
  export default text;
}

/** The text of a style sheet of src/styles. */
declare module 'styles:*' {
  const text: string;
  export default text;
}

/** The engine's WebAssembly, deflated and in base64. */
declare module 'inline:engine' {
  const text: string;
  export default text;
}

/** The scenarios and their menus by file name, as JSON, deflated and in base64. */
declare module 'inline:scenarios' {
  const text: string;
  export default text;
}

/** The script of the engine's worker, with all that it imports. */
declare module 'inline:worker' {
  const text: string;
  export default text;
}
