import { Modal } from '@mantine/core';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { TagField } from '../../ui/tag-field.tsx';
import type { EditTarget } from './edit-dialog.tsx';
import { editObservables } from './edits.ts';

/** T: tags for what is selected, added to those it has; a single one shows its own. */
export function TagDialog({ edit, onClose }: { edit: EditTarget | undefined; onClose(): void }) {
  return (
    <Modal
      opened={edit !== undefined}
      onClose={onClose}
      title={edit && edit.size > 1 ? `Tag ${plural(edit.size, 'observable')}` : 'Tags'}
      size="sm"
    >
      {edit && <TagForm {...edit} onClose={onClose} />}
    </Modal>
  );
}

function TagForm({ target, size, first, onClose }: EditTarget & { onClose(): void }) {
  const isOne = size === 1 && first !== undefined;
  const [tags, setTags] = useState<readonly string[]>(isOne ? first.tags : []);
  const submit = (): void => {
    const patch = isOne ? { tags: [...tags] } : { addTags: [...tags] };
    if (isOne || tags.length > 0)
      void editObservables(target, patch, size, (changed) => `${plural(changed, 'observable')} tagged`).catch(
        () => undefined,
      );
    onClose();
  };
  return (
    <form
      className="add-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
      }}
    >
      <TagField label={isOne ? 'Tags' : 'Add tags'} isAutoFocused tags={tags} onChange={setTags} />
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" keys="Control+Enter">
          Tag
        </Button>
      </div>
    </form>
  );
}
