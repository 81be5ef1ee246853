/** The screens of Settings. `essential` ones are listed in both depths. */
export const SETTINGS_SECTIONS = [
  { key: '', label: 'General', isEssential: true },
  { key: 'policy', label: 'What may leave', isEssential: true },
  { key: 'templates', label: 'Case templates', isEssential: true },
  { key: 'tags', label: 'Tags', isEssential: true },
  { key: 'fields', label: 'Custom fields', isEssential: false },
  { key: 'taxonomies', label: 'Taxonomies', isEssential: false },
] as const;

export type SettingsSection = (typeof SETTINGS_SECTIONS)[number]['key'];

export const isSettingsSection = (text: string): text is SettingsSection =>
  SETTINGS_SECTIONS.some(({ key }) => key === text);
