;; Gradients that go back to the numbers of x that were taken, in the memory of TensorFlow.js' wasm backend: 32-bit floats, addresses
;; and distances in bytes. scatter-wasm.ts holds this file in binary form.
(module
  (import "tfjs" "memory" (memory 1))

  ;; One window of maximum pooling: `rows` rows of `columns` pixels from x, and the same pixels from dx; `row` and `step` lead from one
  ;; to the next. For every channel, dy is added to dx at the first of the window's pixels whose x is y, the largest.
  (func (export "largest")
    (param $x i32) (param $dx i32) (param $row i32) (param $step i32) (param $rows i32) (param $columns i32)
    (param $y i32) (param $dy i32) (param $channels i32)
    (local $at i32) (local $to i32) (local $i i32) (local $j i32) (local $some i32)
    (local $most v128) (local $left v128) (local $same v128) (local $one f32) (local $back f32)
    (loop $channel
      (local.set $at (local.get $x))
      (local.set $to (local.get $dx))
      (local.set $i (local.get $rows))
      (if (i32.ge_u (local.get $channels) (i32.const 4))
        (then
          (local.set $some (i32.const 4))
          (local.set $most (v128.load (local.get $y)))
          (local.set $left (v128.load (local.get $dy)))
          (loop $down
            (local.set $j (local.get $columns))
            (loop $across
              (local.set $same (f32x4.eq (v128.load (local.get $at)) (local.get $most)))
              (v128.store (local.get $to)
                (f32x4.add (v128.load (local.get $to)) (v128.and (local.get $left) (local.get $same))))
              (local.set $left (v128.andnot (local.get $left) (local.get $same)))
              (local.set $at (i32.add (local.get $at) (local.get $step)))
              (local.set $to (i32.add (local.get $to) (local.get $step)))
              (br_if $across (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
            (local.set $at (i32.add (local.get $at) (i32.sub (local.get $row) (i32.mul (local.get $columns) (local.get $step)))))
            (local.set $to (i32.add (local.get $to) (i32.sub (local.get $row) (i32.mul (local.get $columns) (local.get $step)))))
            (br_if $down (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
        (else
          (local.set $some (i32.const 1))
          (local.set $one (f32.load (local.get $y)))
          (local.set $back (f32.load (local.get $dy)))
          (loop $down
            (local.set $j (local.get $columns))
            (loop $across
              (if (f32.eq (f32.load (local.get $at)) (local.get $one))
                (then
                  (f32.store (local.get $to) (f32.add (f32.load (local.get $to)) (local.get $back)))
                  (local.set $back (f32.const 0))))
              (local.set $at (i32.add (local.get $at) (local.get $step)))
              (local.set $to (i32.add (local.get $to) (local.get $step)))
              (br_if $across (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
            (local.set $at (i32.add (local.get $at) (i32.sub (local.get $row) (i32.mul (local.get $columns) (local.get $step)))))
            (local.set $to (i32.add (local.get $to) (i32.sub (local.get $row) (i32.mul (local.get $columns) (local.get $step)))))
            (br_if $down (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))))
      (local.set $channels (i32.sub (local.get $channels) (local.get $some)))
      (local.set $some (i32.shl (local.get $some) (i32.const 2)))
      (local.set $x (i32.add (local.get $x) (local.get $some)))
      (local.set $dx (i32.add (local.get $dx) (local.get $some)))
      (local.set $y (i32.add (local.get $y) (local.get $some)))
      (local.set $dy (i32.add (local.get $dy) (local.get $some)))
      (br_if $channel (local.get $channels))))

  ;; A row of a window of average pooling: `share` of dy is added to each of `columns` pixels from dx.
  (func (export "evenly")
    (param $dx i32) (param $columns i32) (param $dy i32) (param $channels i32) (param $share f32)
    (local $from i32) (local $left i32)
    (loop $across
      (local.set $from (local.get $dy))
      (local.set $left (local.get $channels))
      (loop $channel
        (if (i32.ge_u (local.get $left) (i32.const 4))
          (then
            (v128.store (local.get $dx) (f32x4.add (v128.load (local.get $dx))
              (f32x4.mul (v128.load (local.get $from)) (f32x4.splat (local.get $share)))))
            (local.set $dx (i32.add (local.get $dx) (i32.const 16)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (local.set $left (i32.sub (local.get $left) (i32.const 4))))
          (else
            (f32.store (local.get $dx) (f32.add (f32.load (local.get $dx))
              (f32.mul (f32.load (local.get $from)) (local.get $share))))
            (local.set $dx (i32.add (local.get $dx) (i32.const 4)))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))))
        (br_if $channel (local.get $left)))
      (br_if $across (local.tee $columns (i32.sub (local.get $columns) (i32.const 1))))))

  ;; dx[i] = dy[i] where x[i] is `least` to `most`, and 0 elsewhere, for i below `count`.
  (func (export "within")
    (param $x i32) (param $dy i32) (param $dx i32) (param $count i32) (param $least f32) (param $most f32)
    (local $value f32) (local $four v128)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (if (i32.ge_u (local.get $count) (i32.const 4))
          (then
            (local.set $four (v128.load (local.get $x)))
            (v128.store (local.get $dx) (v128.and (v128.load (local.get $dy)) (v128.and
              (f32x4.ge (local.get $four) (f32x4.splat (local.get $least)))
              (f32x4.le (local.get $four) (f32x4.splat (local.get $most))))))
            (local.set $x (i32.add (local.get $x) (i32.const 16)))
            (local.set $dy (i32.add (local.get $dy) (i32.const 16)))
            (local.set $dx (i32.add (local.get $dx) (i32.const 16)))
            (local.set $count (i32.sub (local.get $count) (i32.const 4))))
          (else
            (local.set $value (f32.load (local.get $x)))
            (f32.store (local.get $dx) (select (f32.load (local.get $dy)) (f32.const 0) (i32.and
              (f32.ge (local.get $value) (local.get $least))
              (f32.le (local.get $value) (local.get $most)))))
            (local.set $x (i32.add (local.get $x) (i32.const 4)))
            (local.set $dy (i32.add (local.get $dy) (i32.const 4)))
            (local.set $dx (i32.add (local.get $dx) (i32.const 4)))
            (local.set $count (i32.sub (local.get $count) (i32.const 1)))))
        (br $next)))))
