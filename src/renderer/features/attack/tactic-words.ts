/** `initial-access` as words. */
export function tacticWords(shortName: string): string {
  const words = shortName.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
