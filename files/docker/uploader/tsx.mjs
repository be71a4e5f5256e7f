/** Stands for the package tsx in a bundle, where no TypeScript is left. */
export const register = () => {};
