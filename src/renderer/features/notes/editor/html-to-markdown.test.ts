import { expect, test } from 'vitest';
import { htmlToMarkdown } from './html-to-markdown.ts';

test.each([
  ['<h2>Head</h2><p>Some <b>bold</b> and <em>light</em> words.</p>', '## Head\n\nSome **bold** and _light_ words.'],
  ['<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>', '- a\n- b\n  1. c'],
  ['<a href="https://a.example/x">here</a>', '[here](https://a.example/x)'],
  ['<p><code>x</code></p><pre>a\n  b</pre>', '`x`\n\n```\na\n  b\n```'],
  ['<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td></tr></table>', '| a | b |\n| --- | --- |\n| 1\\|2 |  |'],
  ['<blockquote>said</blockquote>', '> said'],
])('%s', (html, markdown) => {
  expect(htmlToMarkdown(html)).toBe(markdown);
});

test.each([
  ['nothing but words', '<div>plain</div>'],
  ['an address as its own words', '<a href="https://a.example">https://a.example</a>'],
  ['a script', '<script>alert(1)</script>'],
])('%s is left to the plain text', (_, html) => {
  expect(htmlToMarkdown(html)).toBeUndefined();
});

test('nothing of a hostile page is kept but its words', () => {
  const text = htmlToMarkdown(
    `<h1>Hi</h1><style>x</style><script>alert(1)</script><img src=x onerror=alert(1) alt="a cat">
     <a href="javascript:alert(1)">go</a><iframe src="https://a.example"></iframe><svg><text>no</text></svg>`,
  );
  expect(text).toBe('# Hi\n\na cat go');
});

test('what is too deep or too long is left to the plain text, and soon', () => {
  expect(htmlToMarkdown(`<h1>x</h1>${'<b>'.repeat(400)}x`)).toBeUndefined();
  expect(htmlToMarkdown(`<h1>x</h1>${'<i></i>'.repeat(60_000)}`)).toBeUndefined();
  expect(htmlToMarkdown('<h1>x</h1>'.repeat(300_000))).toBeUndefined();
});
