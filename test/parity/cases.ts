/** The cases of architectures.py, a list for each file of tests: files run beside each other. */
export const cases = {
  vgg: ['vgg16', 'vgg19'],
  resnet: ['resnet50', 'resnet101', 'resnet152'],
  resnetV2: ['resnet50v2', 'resnet101v2', 'resnet152v2'],
  inception: ['inceptionv3'],
  mobilenet: ['mobilenet', 'mobilenet-0.5', 'mobilenetv2', 'mobilenetv2-1.4', 'mobilenetv2-224'],
} as const;
