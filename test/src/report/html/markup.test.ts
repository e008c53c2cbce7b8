import { expect, test } from 'vitest';
import { html } from '../../../../src/report/html/markup.ts';

test('texts are escaped, in attributes and lists too; markup is not', () => {
  const label = `<img src=x onerror="alert('1')"> & more`;
  const escaped = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; more';
  expect(html`<b title="${label}">${[label, html`<i>${label}</i>`]}</b>`.markup).toBe(
    `<b title="${escaped}">${escaped}<i>${escaped}</i></b>`,
  );
});

test('null and an empty list are nothing, a number is itself', () => {
  expect(html`[${null}${[]}${0}]`.markup).toBe('[0]');
});

test('what HTML cannot have is replaced', () => {
  expect(html`a${'\u0000\u001b[0m\nb\u0085'}`.markup).toBe('a\ufffd\ufffd[0m\nb\ufffd');
});
