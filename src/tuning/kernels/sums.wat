;; Sums of products of 32-bit floats, in the memory of TensorFlow.js' wasm backend. sums-wasm.ts holds this file in binary form.
;; Both sweep two pictures at once: `rows` rows of `steps` pixels each. xRow, xStep, dyRow and dyStep lead from one
;; row and one pixel to the next; they and all addresses are in bytes.
(module
  (import "tfjs" "memory" (memory 1))

  ;; target[a][b] += the sum of x[a] * dy[b] over all pixels, for every channel a of x and b of dy.
  (func (export "outer")
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32) (param $xChannels i32) (param $dyChannels i32)
    (local $a i32) (local $b i32) (local $width i32)
    (local.set $width (i32.shl (local.get $dyChannels) (i32.const 2)))
    (loop $down
      (local.set $b (i32.const 0))
      (local.set $a (select (i32.const 4) (i32.const 1) (i32.ge_u (local.get $xChannels) (i32.const 4))))
      (loop $across
        (if (i32.lt_u (i32.sub (local.get $dyChannels) (local.get $b)) (i32.const 8))
          (then
            ;; Fewer than eight of dy's channels are left: one of them with one of x, as often as needed.
            (call $one (local.get $x) (local.get $xRow) (local.get $xStep)
              (i32.add (local.get $dy) (i32.shl (local.get $b) (i32.const 2))) (local.get $dyRow) (local.get $dyStep)
              (local.get $rows) (local.get $steps)
              (i32.add (local.get $target) (i32.shl (local.get $b) (i32.const 2))) (local.get $width) (local.get $a))
            (local.set $b (i32.add (local.get $b) (i32.const 1))))
          (else
            (if (i32.eq (local.get $a) (i32.const 4))
              (then
                (call $fourByEight (local.get $x) (local.get $xRow) (local.get $xStep)
                  (i32.add (local.get $dy) (i32.shl (local.get $b) (i32.const 2))) (local.get $dyRow) (local.get $dyStep)
                  (local.get $rows) (local.get $steps)
                  (i32.add (local.get $target) (i32.shl (local.get $b) (i32.const 2))) (local.get $width)))
              (else
                (call $oneByEight (local.get $x) (local.get $xRow) (local.get $xStep)
                  (i32.add (local.get $dy) (i32.shl (local.get $b) (i32.const 2))) (local.get $dyRow) (local.get $dyStep)
                  (local.get $rows) (local.get $steps)
                  (i32.add (local.get $target) (i32.shl (local.get $b) (i32.const 2))))))
            (local.set $b (i32.add (local.get $b) (i32.const 8)))))
        (br_if $across (i32.lt_u (local.get $b) (local.get $dyChannels))))
      (local.set $x (i32.add (local.get $x) (i32.shl (local.get $a) (i32.const 2))))
      (local.set $target (i32.add (local.get $target) (i32.mul (local.get $a) (local.get $width))))
      (local.set $xChannels (i32.sub (local.get $xChannels) (local.get $a)))
      (br_if $down (local.get $xChannels))))

  ;; Four channels of x by eight of dy; `width` leads from one row of the target to the next.
  (func $fourByEight
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32) (param $width i32)
    (local $p i32) (local $q i32) (local $n i32) (local $low v128) (local $high v128) (local $value v128)
    (local $s00 v128) (local $s01 v128) (local $s10 v128) (local $s11 v128)
    (local $s20 v128) (local $s21 v128) (local $s30 v128) (local $s31 v128)
    (loop $row
      (local.set $p (local.get $x))
      (local.set $q (local.get $dy))
      (local.set $n (local.get $steps))
      (loop $pixel
        (local.set $low (v128.load (local.get $q)))
        (local.set $high (v128.load offset=16 (local.get $q)))
        (local.set $value (v128.load32_splat (local.get $p)))
        (local.set $s00 (f32x4.add (local.get $s00) (f32x4.mul (local.get $value) (local.get $low))))
        (local.set $s01 (f32x4.add (local.get $s01) (f32x4.mul (local.get $value) (local.get $high))))
        (local.set $value (v128.load32_splat offset=4 (local.get $p)))
        (local.set $s10 (f32x4.add (local.get $s10) (f32x4.mul (local.get $value) (local.get $low))))
        (local.set $s11 (f32x4.add (local.get $s11) (f32x4.mul (local.get $value) (local.get $high))))
        (local.set $value (v128.load32_splat offset=8 (local.get $p)))
        (local.set $s20 (f32x4.add (local.get $s20) (f32x4.mul (local.get $value) (local.get $low))))
        (local.set $s21 (f32x4.add (local.get $s21) (f32x4.mul (local.get $value) (local.get $high))))
        (local.set $value (v128.load32_splat offset=12 (local.get $p)))
        (local.set $s30 (f32x4.add (local.get $s30) (f32x4.mul (local.get $value) (local.get $low))))
        (local.set $s31 (f32x4.add (local.get $s31) (f32x4.mul (local.get $value) (local.get $high))))
        (local.set $p (i32.add (local.get $p) (local.get $xStep)))
        (local.set $q (i32.add (local.get $q) (local.get $dyStep)))
        (br_if $pixel (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.set $x (i32.add (local.get $x) (local.get $xRow)))
      (local.set $dy (i32.add (local.get $dy) (local.get $dyRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (call $add (local.get $target) (local.get $s00))
    (call $add (i32.add (local.get $target) (i32.const 16)) (local.get $s01))
    (local.set $target (i32.add (local.get $target) (local.get $width)))
    (call $add (local.get $target) (local.get $s10))
    (call $add (i32.add (local.get $target) (i32.const 16)) (local.get $s11))
    (local.set $target (i32.add (local.get $target) (local.get $width)))
    (call $add (local.get $target) (local.get $s20))
    (call $add (i32.add (local.get $target) (i32.const 16)) (local.get $s21))
    (local.set $target (i32.add (local.get $target) (local.get $width)))
    (call $add (local.get $target) (local.get $s30))
    (call $add (i32.add (local.get $target) (i32.const 16)) (local.get $s31)))

  ;; One channel of x by eight of dy.
  (func $oneByEight
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32)
    (local $p i32) (local $q i32) (local $n i32) (local $value v128) (local $s0 v128) (local $s1 v128)
    (loop $row
      (local.set $p (local.get $x))
      (local.set $q (local.get $dy))
      (local.set $n (local.get $steps))
      (loop $pixel
        (local.set $value (v128.load32_splat (local.get $p)))
        (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $value) (v128.load (local.get $q)))))
        (local.set $s1 (f32x4.add (local.get $s1) (f32x4.mul (local.get $value) (v128.load offset=16 (local.get $q)))))
        (local.set $p (i32.add (local.get $p) (local.get $xStep)))
        (local.set $q (i32.add (local.get $q) (local.get $dyStep)))
        (br_if $pixel (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.set $x (i32.add (local.get $x) (local.get $xRow)))
      (local.set $dy (i32.add (local.get $dy) (local.get $dyRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (call $add (local.get $target) (local.get $s0))
    (call $add (i32.add (local.get $target) (i32.const 16)) (local.get $s1)))

  ;; `count` channels of x, each by one of dy.
  (func $one
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32) (param $width i32) (param $count i32)
    (loop $channel
      (call $alone (local.get $x) (local.get $xRow) (local.get $xStep) (local.get $dy) (local.get $dyRow) (local.get $dyStep)
        (local.get $rows) (local.get $steps) (local.get $target))
      (local.set $x (i32.add (local.get $x) (i32.const 4)))
      (local.set $target (i32.add (local.get $target) (local.get $width)))
      (br_if $channel (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))

  ;; One channel of x by one of dy.
  (func $alone
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32)
    (local $p i32) (local $q i32) (local $n i32) (local $sum f32)
    (loop $row
      (local.set $p (local.get $x))
      (local.set $q (local.get $dy))
      (local.set $n (local.get $steps))
      (loop $pixel
        (local.set $sum (f32.add (local.get $sum) (f32.mul (f32.load (local.get $p)) (f32.load (local.get $q)))))
        (local.set $p (i32.add (local.get $p) (local.get $xStep)))
        (local.set $q (i32.add (local.get $q) (local.get $dyStep)))
        (br_if $pixel (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.set $x (i32.add (local.get $x) (local.get $xRow)))
      (local.set $dy (i32.add (local.get $dy) (local.get $dyRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (f32.store (local.get $target) (f32.add (f32.load (local.get $target)) (local.get $sum))))

  ;; target[c] += the sum of x[c] * dy[c] over all pixels, for every channel c.
  (func (export "inner")
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32) (param $channels i32)
    (local $some i32)
    (loop $next
      (if (i32.ge_u (local.get $channels) (i32.const 8))
        (then
          (local.set $some (i32.const 8))
          (call $eight (local.get $x) (local.get $xRow) (local.get $xStep) (local.get $dy) (local.get $dyRow)
            (local.get $dyStep) (local.get $rows) (local.get $steps) (local.get $target)))
        (else
          (local.set $some (i32.const 1))
          (call $alone (local.get $x) (local.get $xRow) (local.get $xStep) (local.get $dy) (local.get $dyRow)
            (local.get $dyStep) (local.get $rows) (local.get $steps) (local.get $target))))
      (local.set $channels (i32.sub (local.get $channels) (local.get $some)))
      (local.set $some (i32.shl (local.get $some) (i32.const 2)))
      (local.set $x (i32.add (local.get $x) (local.get $some)))
      (local.set $dy (i32.add (local.get $dy) (local.get $some)))
      (local.set $target (i32.add (local.get $target) (local.get $some)))
      (br_if $next (local.get $channels))))

  ;; Eight channels of x, each by its own of dy.
  (func $eight
    (param $x i32) (param $xRow i32) (param $xStep i32) (param $dy i32) (param $dyRow i32) (param $dyStep i32)
    (param $rows i32) (param $steps i32) (param $target i32)
    (local $p i32) (local $q i32) (local $n i32) (local $s0 v128) (local $s1 v128)
    (loop $row
      (local.set $p (local.get $x))
      (local.set $q (local.get $dy))
      (local.set $n (local.get $steps))
      (loop $pixel
        (local.set $s0 (f32x4.add (local.get $s0)
          (f32x4.mul (v128.load (local.get $p)) (v128.load (local.get $q)))))
        (local.set $s1 (f32x4.add (local.get $s1)
          (f32x4.mul (v128.load offset=16 (local.get $p)) (v128.load offset=16 (local.get $q)))))
        (local.set $p (i32.add (local.get $p) (local.get $xStep)))
        (local.set $q (i32.add (local.get $q) (local.get $dyStep)))
        (br_if $pixel (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.set $x (i32.add (local.get $x) (local.get $xRow)))
      (local.set $dy (i32.add (local.get $dy) (local.get $dyRow)))
      (br_if $row (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (call $add (local.get $target) (local.get $s0))
    (call $add (i32.add (local.get $target) (i32.const 16)) (local.get $s1)))

  (func $add (param $at i32) (param $sum v128)
    (v128.store (local.get $at) (f32x4.add (v128.load (local.get $at)) (local.get $sum)))))
