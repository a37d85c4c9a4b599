-- KEYS 4 record, 5 ids of the user. ARGV 11 id, 12 user key, 13 presented hash or '', 14 reason.
-- A session of a newer format ends as well: all that is needed lies where every format has it.
local key, byUser, id, presented = KEYS[4], KEYS[5], ARGV[11], ARGV[13]
local rec = get(key)
if rec.kind == 'ended' and rec.operation == operation then
  return {'ended'}
elseif not isSession(rec) then
  return {'absent'}
elseif rec.userKey ~= ARGV[12] then
  return {'again'}
elseif expired(rec) then
  return {'absent'}
end
checkIndices(byUser, id)
if presented ~= '' then
  local stands = standing(rec, presented)
  if stands == 'mismatch' then
    return {'absent'}
  elseif stands == 'reused' then
    return reuse(key, rec, id, byUser)
  end
end
local previous = previousMark()
endSession(key, rec, id, byUser, ARGV[14])
publishChange(previous)
return {'ended'}
