;; The two passes of resample.ts, four 32-bit sums at a time. resample-wasm.ts holds this file in binary form.
;; Weights have 22 fraction bits; sums begin with one half, so that the shift rounds. Loads and stores take four bytes where three
;; are meant: the caller leaves room behind each area, and what is written too far is written again by the next pixel.
(module
  (memory (export "memory") 1)

  ;; Every row of `source` (`stride` bytes each, RGB) to `width` pixels in `target`.
  ;; first: byte offset in the row of each target pixel's first source pixel; count: how many; weights: all of them, one after another.
  (func (export "rows")
    (param $source i32) (param $stride i32) (param $rows i32) (param $target i32) (param $width i32)
    (param $first i32) (param $count i32) (param $weights i32)
    (local $x i32) (local $s i32) (local $w i32) (local $end i32) (local $sum v128)
    (block $done
      (loop $row
        (br_if $done (i32.eqz (local.get $rows)))
        (local.set $w (local.get $weights))
        (local.set $x (i32.const 0))
        (loop $pixel
          (local.set $sum (i32x4.splat (i32.const 0x200000)))
          (local.set $s (i32.add (local.get $source)
            (i32.load (i32.add (local.get $first) (i32.shl (local.get $x) (i32.const 2))))))
          (local.set $end (i32.add (local.get $w)
            (i32.shl (i32.load (i32.add (local.get $count) (i32.shl (local.get $x) (i32.const 2)))) (i32.const 2))))
          (loop $tap
            (local.set $sum (i32x4.add (local.get $sum) (i32x4.mul
              (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $s))))
              (v128.load32_splat (local.get $w)))))
            (local.set $s (i32.add (local.get $s) (i32.const 3)))
            (local.set $w (i32.add (local.get $w) (i32.const 4)))
            (br_if $tap (i32.lt_u (local.get $w) (local.get $end))))
          (call $store (local.get $target) (local.get $sum))
          (local.set $target (i32.add (local.get $target) (i32.const 3)))
          (local.set $x (i32.add (local.get $x) (i32.const 1)))
          (br_if $pixel (i32.lt_u (local.get $x) (local.get $width))))
        (local.set $source (i32.add (local.get $source) (local.get $stride)))
        (local.set $rows (i32.sub (local.get $rows) (i32.const 1)))
        (br $row))))

  ;; `height` rows of `stride` bytes in `target`, each a weighted sum of rows of `source`.
  ;; first: byte offset of each target row's first source row; count and weights as above.
  (func (export "columns")
    (param $source i32) (param $stride i32) (param $target i32) (param $height i32)
    (param $first i32) (param $count i32) (param $weights i32)
    (local $x i32) (local $s i32) (local $w i32) (local $end i32) (local $sum v128)
    (loop $row
      (local.set $end (i32.add (local.get $weights) (i32.shl (i32.load (local.get $count)) (i32.const 2))))
      (local.set $x (i32.const 0))
      (loop $four
        (local.set $sum (i32x4.splat (i32.const 0x200000)))
        (local.set $s (i32.add (i32.add (local.get $source) (i32.load (local.get $first))) (local.get $x)))
        (local.set $w (local.get $weights))
        (loop $tap
          (local.set $sum (i32x4.add (local.get $sum) (i32x4.mul
            (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $s))))
            (v128.load32_splat (local.get $w)))))
          (local.set $s (i32.add (local.get $s) (local.get $stride)))
          (local.set $w (i32.add (local.get $w) (i32.const 4)))
          (br_if $tap (i32.lt_u (local.get $w) (local.get $end))))
        (call $store (i32.add (local.get $target) (local.get $x)) (local.get $sum))
        (local.set $x (i32.add (local.get $x) (i32.const 4)))
        (br_if $four (i32.lt_u (local.get $x) (local.get $stride))))
      (local.set $weights (local.get $end))
      (local.set $first (i32.add (local.get $first) (i32.const 4)))
      (local.set $count (i32.add (local.get $count) (i32.const 4)))
      (local.set $target (i32.add (local.get $target) (local.get $stride)))
      (local.set $height (i32.sub (local.get $height) (i32.const 1)))
      (br_if $row (local.get $height))))

  ;; Sums to bytes, clamped to 0 to 255.
  (func $store (param $at i32) (param $sum v128)
    (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
    (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
    (v128.store32_lane 0 (local.get $at) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))))
