declare module 'virtual:components' {
  /** Other people's work that a user gets: packages and data, by name. */
  const components: readonly {
    name: string;
    version: string;
    licence: string;
    part: 'core' | 'window' | 'desktop' | 'data';
  }[];
  export default components;
}
