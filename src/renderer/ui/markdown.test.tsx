import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import Markdown from './markdown.tsx';

afterEach(cleanup);

function draw(text: string): HTMLElement {
  return render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { enabled: false } } })}>
      <Markdown text={text} />
    </QueryClientProvider>,
  ).container;
}

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<iframe src="https://evil.com"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '<svg onload=alert(1)>',
])('raw HTML %s stays text', (html) => {
  expect(draw(html).querySelector('script, img, iframe, svg, a')).toBeNull();
});

test.each(['[go](https://evil.com/x)', '[go](javascript:alert)', '<https://evil.com/x>', 'https://evil.com/x'])(
  '%s is no link, and shows where it would lead',
  (text) => {
    const container = draw(text);
    expect(container.querySelector('a')).toBeNull();
    expect(container.querySelector('button.dead-link')).not.toBeNull();
    expect(container.textContent).not.toContain('https://evil.com');
  },
);

test.each(['![x](https://evil.com/t.gif)', '![x](data:image/png;base64,AAAA)', '![x](osmia-image:../../x)'])(
  '%s fetches nothing',
  (text) => {
    expect(draw(text).querySelector('img')).toBeNull();
  },
);

test('a table and a task list are drawn', () => {
  const container = draw('| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done');
  expect(container.querySelectorAll('td')).toHaveLength(2);
  expect(container.querySelector('input[type=checkbox]')).not.toBeNull();
});

const ID = '019aa000-0000-7000-8000-000000000001';

test.each([
  `[go](osmia:shell/${ID})`,
  `[go](osmia:case/../../settings)`,
  `[go](osmia:case/${ID}?x=https://evil.com)`,
  `[go](OSMIA:case/${ID})`,
  `<osmia:case/${ID}/x>`,
])('%s is no mention: it opens nothing', (text) => {
  const container = draw(text);
  expect(container.querySelector('a, .mention')).toBeNull();
});

test('a mention that is not looked up yet is only its words, whatever they say', () => {
  const container = draw(`[<img src=x> \\[link\\](https://evil.com)](osmia:case/${ID})`);
  expect(container.querySelector('a, img')).toBeNull();
});

test('boxes are ticked in the source, also inside other items and quotes; without a way to write they are shut', () => {
  const source = '- [ ] one\n  - [x] two **b**\n\n> 1. [ ] three\n\n- none';
  let text = source;
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <Markdown
        text={source}
        onChange={(next) => {
          text = next;
        }}
      />
    </QueryClientProvider>,
  );
  const boxes = [...container.querySelectorAll('input')];
  expect(boxes.map((box) => box.getAttribute('aria-label'))).toEqual(['one two b', 'two b', 'three']);
  fireEvent.click(boxes[1]!);
  expect(text).toBe(source.replace('[x] two', '[ ] two'));
  fireEvent.click(boxes[2]!);
  expect(text).toBe(source.replace('[ ] three', '[x] three'));
  cleanup();
  expect(draw(source).querySelector('input')).toHaveProperty('disabled', true);
});

test.each([
  ['characters', 'word '.repeat(60_000)],
  ['lines', 'word\n'.repeat(9_000)],
])('a text of very many %s is drawn in part until somebody asks for the rest', (_, text) => {
  const container = draw(text);
  expect(container.textContent).toMatch(/more characters/);
  expect(container.textContent?.length).toBeLessThan(text.length);
});
