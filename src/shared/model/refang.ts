/** `[.]`, `(dot)`, `{.}`, `[at]`, `[:]` and their like, whatever stands around them. */
const BRACKETED = /[[({<]\s?(\.|dot|@|at|:|:\/\/|\/)\s?[\])}>]/gi;
const PLAIN: Readonly<Record<string, string>> = { dot: '.', at: '@' };

/** A defanged spelling as the value it stands for; other text stays as it is. Linear in its length. */
export const refang = (text: string): string =>
  text
    .replace(BRACKETED, (_, sign: string) => PLAIN[sign.toLowerCase()] ?? sign)
    .replace(/\bhxxp(s?)\b/gi, 'http$1')
    .replace(/\b(s?)fxp(s?):/gi, '$1ftp$2:');
