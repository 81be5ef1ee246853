import { TagsInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { foldTag, MAX_TAG, normaliseTag, normaliseTags } from '../../shared/model/tag.ts';
import { callQuery } from '../api/query.ts';
import { useFrame } from '../state/frame-store.ts';
import { count } from './format.ts';
import { Text } from './text.tsx';
import { TagSwatch } from './tag-swatch.tsx';

const SHOWN = 12;

/**
 * A field for tags that offers what the engagement uses, the most used first, and what taxonomies know. What is typed is
 * written in one spelling; a tag that is known in another case is taken as it is known.
 */
export function TagField(props: {
  label: string;
  tags: readonly string[];
  max?: number;
  description?: string;
  isAutoFocused?: boolean;
  onChange(tags: string[]): void;
}) {
  const engagementId = useFrame((frame) => frame.engagementId);
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim().slice(0, MAX_TAG), 80);
  const { data } = useQuery({
    ...callQuery(
      'tags.suggest',
      { text: asked, limit: SHOWN, ...(engagementId === undefined ? {} : { engagementId }) },
      ['tag', 'case'],
    ),
    placeholderData: keepPreviousData,
  });
  const known = new Map((data ?? []).map((each) => [foldTag(each.tag), each]));
  const there = new Set(props.tags.map(foldTag));
  const change = (tags: string[]): void =>
    props.onChange(normaliseTags(tags.map((tag) => known.get(foldTag(normaliseTag(tag)))?.tag ?? tag)));
  return (
    <TagsInput
      label={props.label}
      {...(props.description === undefined ? {} : { description: props.description })}
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      placeholder={props.tags.length === 0 ? 'Type, Enter to add' : ''}
      value={[...props.tags]}
      maxTags={props.max ?? 200}
      searchValue={text}
      onSearchChange={setText}
      onChange={change}
      clearable={false}
      data={(data ?? []).filter(({ tag }) => !there.has(foldTag(tag))).map(({ tag }) => tag)}
      // The core has chosen and sorted them.
      filter={({ options }) => options}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={240}
      renderOption={({ option }) => <Suggestion tag={option.value} found={known.get(foldTag(option.value))} />}
      {...(props.isAutoFocused ? { 'data-autofocus': true } : {})}
    />
  );
}

function Suggestion({
  tag,
  found,
}: {
  tag: string;
  found: { uses: number; label: string; colour: string | null } | undefined;
}) {
  return (
    <span className="tag-option">
      <TagSwatch colour={found?.colour ?? null} />
      <span className="el">
        <Text>{tag}</Text>
      </span>
      {found && (
        <span className="t3 f12 el">{found.uses > 0 ? `${count(found.uses)} uses` : <Text>{found.label}</Text>}</span>
      )}
    </span>
  );
}
