;; The dot product of rows.ts: sixteen 32-bit sums at a time. dot-wasm.ts holds this file in binary form.
(module
  (memory (export "memory") 1 16384)

  ;; Of two vectors at `a` and `b`, whose `bytes` are a multiple of 64 above 0.
  (func (export "dot") (param $a i32) (param $b i32) (param $bytes i32) (result f32)
    (local $end i32) (local $p v128) (local $q v128) (local $r v128) (local $s v128)
    (local.set $end (i32.add (local.get $a) (local.get $bytes)))
    (loop $next
      (local.set $p (f32x4.add (local.get $p) (f32x4.mul
        (v128.load (local.get $a)) (v128.load (local.get $b)))))
      (local.set $q (f32x4.add (local.get $q) (f32x4.mul
        (v128.load offset=16 (local.get $a)) (v128.load offset=16 (local.get $b)))))
      (local.set $r (f32x4.add (local.get $r) (f32x4.mul
        (v128.load offset=32 (local.get $a)) (v128.load offset=32 (local.get $b)))))
      (local.set $s (f32x4.add (local.get $s) (f32x4.mul
        (v128.load offset=48 (local.get $a)) (v128.load offset=48 (local.get $b)))))
      (local.set $a (i32.add (local.get $a) (i32.const 64)))
      (local.set $b (i32.add (local.get $b) (i32.const 64)))
      (br_if $next (i32.lt_u (local.get $a) (local.get $end))))
    (local.set $p (f32x4.add (f32x4.add (local.get $p) (local.get $q)) (f32x4.add (local.get $r) (local.get $s))))
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $p)) (f32x4.extract_lane 1 (local.get $p)))
      (f32.add (f32x4.extract_lane 2 (local.get $p)) (f32x4.extract_lane 3 (local.get $p))))))
