import { expect, test } from 'vitest';
import { normaliseTag, normaliseTags, parseTag, readColour } from './tag.ts';

test('one spelling for what people type', () => {
  expect(normaliseTag('  phishing   wave ')).toBe('phishing wave');
  expect(normaliseTag('admiralty-scale : source-reliability = a')).toBe('admiralty-scale:source-reliability="a"');
  expect(normaliseTag('rsit:fraud=“phishing”')).toBe('rsit:fraud="phishing"');
  expect(normaliseTag('tlp:amber')).toBe('tlp:amber');
  expect(normaliseTag('PAP:RED')).toBe('PAP:RED');
  expect(normaliseTag('e\u0301vasion')).toBe('évasion');
  expect(normaliseTag('\u0000\n')).toBe('');
});

test('an address, a time and a sentence are free tags', () => {
  for (const free of ['https://example.org/a', '10:30', 'see: "this"', 'a:b:c'])
    expect(parseTag(free), free).toBeUndefined();
  expect(parseTag('ns:pred="a value"')).toEqual({ namespace: 'ns', predicate: 'pred', value: 'a value' });
  expect(parseTag('ns:pred')).toEqual({ namespace: 'ns', predicate: 'pred', value: null });
});

test('normalising is done once: a second time changes nothing', () => {
  for (const text of ['ns : p = "x"', 'ns:p=""', 'ns:p=x y', ' a  b', 'x'.repeat(300), 'a="b"', ':x', 'ns:=x'])
    expect(normaliseTag(normaliseTag(text)), text).toBe(normaliseTag(text));
});

test('a list keeps its order and each tag once, whatever its case', () => {
  expect(normaliseTags(['Emotet', 'b', 'emotet', ' b ', ''])).toEqual(['Emotet', 'b']);
});

test('colours are read in the ways they are written', () => {
  expect(readColour('#FF00aa')).toBe('#ff00aa');
  expect(readColour('f0a')).toBe('#ff00aa');
  for (const bad of ['red', '#12345', 12, null, 'url(x)']) expect(readColour(bad)).toBeUndefined();
});
