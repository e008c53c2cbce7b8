/** The layer that a layer's activation becomes, where it needs one of its own. Keras takes no `/` in a name. */
export const activationName = (layer: string): string => `${layer}/activation`;
