-- KEYS 4 record, 5 ids of the user. ARGV 11 id, 12 user key, 13 presented hash, 14 successor's hash, 15 nonce.
if late() then
  return {'late'}
end
local key, byUser, id = KEYS[4], KEYS[5], ARGV[11]
local rec, answer = living(key, ARGV[12])
if not rec then
  return answer
end
checkIndices(byUser, id)
local stands = standing(rec, ARGV[13])
if stands == 'mismatch' then
  return {'absent'}
elseif stands == 'reused' then
  return reuse(key, rec, id, byUser)
end
if stands == 'predecessor' then
  -- Forgotten although the grace is not over: the clock went back. Nobody can derive the successor.
  if not rec.nonce then
    return {'absent'}
  end
  if use(rec, now) then
    writeInPlace(key, rec, id, byUser)
  end
  return {'rotated', bytes(rec)}
end
local previous = previousMark()
local presented = present(rec)
local used = use(rec, now)
if rec.previous and now - rec.rotatedAt < grace then
  if presented or used then
    forget(rec)
    writeInPlace(key, rec, id, byUser)
  end
  return {'unchanged', bytes(rec)}
end
rec.previous, rec.nonce, rec.rotatedAt, rec.presentedAt = rec.hash, ARGV[15], now, nil
rec.hash = ARGV[14]
rec.version = rec.version + 1
write(key, rec, id, byUser)
announce('rotated', id, rec)
publishChange(previous)
return {'rotated', bytes(rec)}
