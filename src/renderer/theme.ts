import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const osmia: MantineColorsTuple = [
  '#E9EDFF',
  '#D9E0FF',
  '#B9C6FF',
  '#9DB2FF',
  '#7B95FF',
  '#5C78F5',
  '#4A68E8',
  '#3654D9',
  '#2C48C4',
  '#1A2242',
];
const dark: MantineColorsTuple = [
  '#E8EAED',
  '#B0B7C1',
  '#8E96A2',
  '#6A727E',
  '#30363F',
  '#2A2F37',
  '#20242A',
  '#121519',
  '#181B20',
  '#0C0E11',
];
const gray: MantineColorsTuple = [
  '#F7F8FA',
  '#F1F2F5',
  '#ECEEF2',
  '#E6E8EC',
  '#D3D7DE',
  '#A0A7B1',
  '#7A828D',
  '#5C646F',
  '#454C56',
  '#14171B',
];

/** Mantine's side of the design tokens; its stock components then need no colours of their own. */
export const theme = createTheme({
  fontFamily: 'var(--o-font)',
  fontFamilyMonospace: 'var(--o-mono)',
  colors: { osmia, dark, gray },
  primaryColor: 'osmia',
  primaryShade: { light: 7, dark: 6 },
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '16px', md: '20px', lg: '20px', xl: '24px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '10px', xl: '10px' },
  defaultRadius: 'sm',
  focusRing: 'auto',
  cursorType: 'default',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, multiline: true } },
    Modal: {
      defaultProps: {
        centered: false,
        radius: 'lg',
        transitionProps: { duration: 140 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: { defaultProps: { shadow: 'none', transitionProps: { duration: 80 } } },
    Checkbox: { defaultProps: { radius: 3 }, vars: () => ({ root: { '--checkbox-size': '14px' } }) },
    Input: { defaultProps: { size: 'sm' } },
    InputWrapper: { defaultProps: { size: 'sm' } },
  },
});

const both = {
  '--mantine-color-body': 'var(--o-s1)',
  '--mantine-color-text': 'var(--o-t1)',
  '--mantine-color-dimmed': 'var(--o-t3)',
  '--mantine-color-placeholder': 'var(--o-t3)',
  '--mantine-color-anchor': 'var(--o-accent-text)',
  '--mantine-color-error': 'var(--o-danger)',
  '--mantine-color-default': 'var(--o-s2)',
  '--mantine-color-default-hover': 'var(--o-s3)',
  '--mantine-color-default-color': 'var(--o-t1)',
  '--mantine-color-default-border': 'var(--o-line-2)',
  '--mantine-color-disabled': 'var(--o-s2)',
  '--mantine-color-disabled-color': 'var(--o-t4)',
  '--mantine-color-disabled-border': 'var(--o-line)',
  '--mantine-color-osmia-filled': 'var(--o-accent)',
  '--mantine-color-osmia-filled-hover': 'var(--o-accent-hover)',
  '--mantine-color-osmia-light': 'var(--o-accent-soft)',
  '--mantine-color-osmia-light-hover': 'var(--o-accent-soft)',
  '--mantine-color-osmia-light-color': 'var(--o-accent-text)',
  '--mantine-color-osmia-outline': 'var(--o-accent-line)',
  '--mantine-primary-color-contrast': 'var(--o-on-accent)',
};
export const resolver: CSSVariablesResolver = () => ({ variables: {}, dark: both, light: both });
