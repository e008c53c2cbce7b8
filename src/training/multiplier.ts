import type { MatMul } from '../head/matmul.ts';
import type { Tf } from '../model/to-tfjs/index.ts';

/** Products of matrices by TF.js. Not in `tf.tidy`, which looks at each number of what is returned from it. */
export function multiplier(tf: Tf): MatMul {
  return (a, b, rows, inner, columns) => {
    const [left, right] = [tf.tensor2d(a, [rows, inner]), tf.tensor2d(b, [inner, columns])];
    const product = tf.matMul(left, right);
    const numbers = product.dataSync<'float32'>();
    tf.dispose([left, right, product]);
    return numbers;
  };
}
