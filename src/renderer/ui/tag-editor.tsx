import { Popover } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Tag } from './chips.tsx';
import { Button } from './controls.tsx';
import { TagField } from './tag-field.tsx';

/** Tags with a plus that opens the field. */
export function TagEditor({ tags, onChange }: { tags: readonly string[]; onChange(tags: string[]): void }) {
  return (
    <>
      {tags.map((tag) => (
        <Tag key={tag}>{tag}</Tag>
      ))}
      <Popover position="bottom-start" trapFocus width={320}>
        <Popover.Target>
          <Button kind="ghost" size="small" isIcon label="Edit tags">
            <IconPlus size={13} stroke={1.75} />
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <div className="tag-popover">
            <TagField label="Tags" tags={tags} isAutoFocused onChange={onChange} />
          </div>
        </Popover.Dropdown>
      </Popover>
    </>
  );
}
