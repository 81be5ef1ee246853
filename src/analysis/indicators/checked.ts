/** A value that passed its rules, normalised; or why it did not. */
export type Checked = { value: string; marks: string[] } | { reason: string };

export const passed = (checked: Checked): checked is { value: string; marks: string[] } => 'value' in checked;
