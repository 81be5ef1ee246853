import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render } from '@testing-library/react';
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
